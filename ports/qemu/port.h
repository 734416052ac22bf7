// SPDX-License-Identifier: BSD-3-Clause
// What the parts of the QEMU port offer each other.
#ifndef WICK_QEMU_PORT_H
#define WICK_QEMU_PORT_H

#include <stddef.h>
#include <stdint.h>

// image.ld.in: the memory map. The addresses of these symbols are the values.
extern uint8_t wick_qemu_code_start[], wick_qemu_code_end[];
extern uint8_t wick_qemu_stack_bottom[], wick_qemu_stack_top[];
extern uint8_t wick_qemu_data_start[], wick_qemu_data_end[], wick_qemu_data_load[];
extern uint8_t wick_qemu_bss_start[], wick_qemu_bss_end[];
extern uint8_t wick_qemu_free_start[], wick_qemu_free_end[];

// startup.c
void wick_qemu_reset(void);
void wick_qemu_stack_paint(void);        // fills the unused stack with a pattern
size_t wick_qemu_stack_used_bytes(void); // deepest use since it was painted

// clock.c: SysTick at the processor clock; under -icount a tick is a fixed number of instructions
void wick_qemu_clock_start(void);
uint64_t wick_qemu_clock_ticks(void);
void wick_qemu_clock_wrap(void); // the SysTick exception

// semihosting.c: console and files of the host, by breakpoints that QEMU answers
typedef enum wick_qemu_file_mode {
    WICK_QEMU_READ = 1,  // "rb"
    WICK_QEMU_WRITE = 5, // "wb"
} wick_qemu_file_mode;

void wick_qemu_print(const char *text);
void wick_qemu_print_number(const char *key, uint64_t number); // "key number\n"
void wick_qemu_command_line(char *line, size_t size_bytes);    // "" if there is none
int32_t wick_qemu_file_open(const char *path,
                            wick_qemu_file_mode mode); // handle, negative on failure
int32_t wick_qemu_file_length(int32_t file);           // bytes, negative on failure
// 0, or not 0 if fewer bytes could be moved.
int32_t wick_qemu_file_read_at(int32_t file, uint32_t offset_bytes, void *data,
                               uint32_t size_bytes);
int32_t wick_qemu_file_write(int32_t file, const void *data, uint32_t size_bytes);
void wick_qemu_file_close(int32_t file);
_Noreturn void wick_qemu_exit(int32_t code);

// cases.c
int32_t wick_qemu_main(void);

#endif
