// SPDX-License-Identifier: BSD-3-Clause
// Console and host files by semihosting: `bkpt 0xAB` with the operation in r0 and its argument in
// r1. Source: Arm, "Semihosting for AArch32 and AArch64", release 2.0.
#include "port.h"

#include <string.h>

enum {
    WICK_QEMU_SYS_OPEN = 0x01,
    WICK_QEMU_SYS_CLOSE = 0x02,
    WICK_QEMU_SYS_WRITE0 = 0x04,
    WICK_QEMU_SYS_WRITE = 0x05,
    WICK_QEMU_SYS_READ = 0x06,
    WICK_QEMU_SYS_SEEK = 0x0A,
    WICK_QEMU_SYS_FLEN = 0x0C,
    WICK_QEMU_SYS_GET_CMDLINE = 0x15,
    WICK_QEMU_SYS_EXIT_EXTENDED = 0x20,
};
#define WICK_QEMU_APPLICATION_EXIT 0x20026U

static int32_t wick_qemu_host(uint32_t operation, const void *argument)
{
    register uint32_t r0 __asm("r0") = operation;
    register const void *r1 __asm("r1") = argument;
    __asm volatile("bkpt 0xAB" : "+r"(r0) : "r"(r1) : "memory");
    return (int32_t)r0;
}

static uint32_t wick_qemu_address(const void *pointer)
{
    return (uint32_t)(uintptr_t)pointer;
}

void wick_qemu_print(const char *text)
{
    wick_qemu_host(WICK_QEMU_SYS_WRITE0, text);
}

void wick_qemu_print_number(const char *key, uint64_t number)
{
    char digits[24];
    char *p = digits + sizeof digits - 1;
    *p = 0;
    *--p = '\n';
    do {
        *--p = (char)('0' + number % 10);
        number /= 10;
    } while (number != 0);
    *--p = ' ';
    wick_qemu_print(key);
    wick_qemu_print(p);
}

void wick_qemu_command_line(char *line, size_t size_bytes)
{
    uint32_t block[2] = {wick_qemu_address(line), (uint32_t)size_bytes};
    line[0] = 0;
    if (wick_qemu_host(WICK_QEMU_SYS_GET_CMDLINE, block) != 0) {
        line[0] = 0;
    }
}

int32_t wick_qemu_file_open(const char *path, wick_qemu_file_mode mode)
{
    const uint32_t block[3] = {wick_qemu_address(path), (uint32_t)mode, (uint32_t)strlen(path)};
    return wick_qemu_host(WICK_QEMU_SYS_OPEN, block);
}

int32_t wick_qemu_file_length(int32_t file)
{
    return wick_qemu_host(WICK_QEMU_SYS_FLEN, &file);
}

int32_t wick_qemu_file_read_at(int32_t file, uint32_t offset_bytes, void *data, uint32_t size_bytes)
{
    const uint32_t seek[2] = {(uint32_t)file, offset_bytes};
    if (wick_qemu_host(WICK_QEMU_SYS_SEEK, seek) != 0) {
        return -1;
    }
    const uint32_t block[3] = {(uint32_t)file, wick_qemu_address(data), size_bytes};
    return wick_qemu_host(WICK_QEMU_SYS_READ, block);
}

int32_t wick_qemu_file_write(int32_t file, const void *data, uint32_t size_bytes)
{
    const uint32_t block[3] = {(uint32_t)file, wick_qemu_address(data), size_bytes};
    return wick_qemu_host(WICK_QEMU_SYS_WRITE, block);
}

void wick_qemu_file_close(int32_t file)
{
    wick_qemu_host(WICK_QEMU_SYS_CLOSE, &file);
}

_Noreturn void wick_qemu_exit(int32_t code)
{
    const uint32_t block[2] = {WICK_QEMU_APPLICATION_EXIT, (uint32_t)code};
    for (;;) {
        wick_qemu_host(WICK_QEMU_SYS_EXIT_EXTENDED, block);
    }
}
