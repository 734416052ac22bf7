// SPDX-License-Identifier: BSD-3-Clause
// From reset to wick_qemu_main: vector table, floating point and vector unit, .data and .bss,
// faults, stack paint.
#include "port.h"

#include <string.h>

#define WICK_QEMU_PAINT      0x5AU
#define WICK_QEMU_FAULT_EXIT 3

typedef struct wick_qemu_vectors {
    uint8_t *stack_top;
    void (*handlers[15])(void);
} wick_qemu_vectors;

extern const wick_qemu_vectors wick_qemu_vector_table;

static uint8_t *wick_qemu_stack_pointer(void)
{
    uint8_t *sp;
    __asm volatile("mov %0, sp" : "=r"(sp));
    return sp;
}

void wick_qemu_stack_paint(void)
{
    uint8_t *end = wick_qemu_stack_pointer() - 64; // below what this function itself uses
    for (volatile uint8_t *p = wick_qemu_stack_bottom; p < end; p++) {
        *p = WICK_QEMU_PAINT;
    }
}

size_t wick_qemu_stack_used_bytes(void)
{
    size_t free_bytes = 0;
    size_t size_bytes = (size_t)(wick_qemu_stack_top - wick_qemu_stack_bottom);
    while (free_bytes < size_bytes && wick_qemu_stack_bottom[free_bytes] == WICK_QEMU_PAINT) {
        free_bytes++;
    }
    return size_bytes - free_bytes;
}

#if __ARM_ARCH >= 7
// Armv7-M, v8-M: the fault status registers.
static void wick_qemu_print_fault_registers(void)
{
    wick_qemu_print_number("fault_cfsr", *(volatile uint32_t *)0xE000ED28U);
    wick_qemu_print_number("fault_hfsr", *(volatile uint32_t *)0xE000ED2CU);
    wick_qemu_print_number("fault_bfar", *(volatile uint32_t *)0xE000ED38U);
}
#else
static void wick_qemu_print_fault_registers(void)
{
    wick_qemu_print("Armv6-M has no fault status registers\n");
}
#endif

static void wick_qemu_fault(void)
{
    uint32_t number;
    __asm volatile("mrs %0, ipsr" : "=r"(number));
    wick_qemu_print_number("fault_exception", number);
    wick_qemu_print_fault_registers();
    wick_qemu_exit(WICK_QEMU_FAULT_EXIT);
}

#if defined(__ARM_FP) || defined(__ARM_FEATURE_MVE)
// Gives access to coprocessors 10 and 11: floating point and MVE.
static void wick_qemu_enable_fpu(void)
{
    *(volatile uint32_t *)0xE000ED88U |= 0xFU << 20; // CPACR
    __asm volatile("dsb\n\tisb" ::: "memory");
}
#else
static void wick_qemu_enable_fpu(void) {}
#endif

// Apart from the reset handler, so that nothing here runs, not even a prologue, before the FPU is
// on.
__attribute__((noinline)) static void wick_qemu_start(void)
{
    memcpy(wick_qemu_data_start, wick_qemu_data_load,
           (size_t)(wick_qemu_data_end - wick_qemu_data_start));
    memset(wick_qemu_bss_start, 0, (size_t)(wick_qemu_bss_end - wick_qemu_bss_start));
    wick_qemu_exit(wick_qemu_main());
}

void wick_qemu_reset(void)
{
    wick_qemu_enable_fpu();
    wick_qemu_start();
}

// Exceptions 1 to 15; the last is SysTick.
__attribute__((section(".vectors"), used)) const wick_qemu_vectors wick_qemu_vector_table = {
    .stack_top = wick_qemu_stack_top,
    .handlers = {wick_qemu_reset, wick_qemu_fault, wick_qemu_fault, wick_qemu_fault,
                 wick_qemu_fault, wick_qemu_fault, wick_qemu_fault, wick_qemu_fault,
                 wick_qemu_fault, wick_qemu_fault, wick_qemu_fault, wick_qemu_fault,
                 wick_qemu_fault, wick_qemu_fault, wick_qemu_clock_wrap},
};
