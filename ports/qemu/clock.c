// SPDX-License-Identifier: BSD-3-Clause
// SysTick as a clock: 24 bits counting down at the processor clock, extended by counting the wraps.
#include "port.h"

#define WICK_QEMU_SYST_CSR \
    ((volatile uint32_t *)0xE000E010U) // bit 0 enable, 1 interrupt, 2 processor clock
#define WICK_QEMU_SYST_RVR     ((volatile uint32_t *)0xE000E014U)
#define WICK_QEMU_SYST_CVR     ((volatile uint32_t *)0xE000E018U)
#define WICK_QEMU_TICKS_A_WRAP (1U << 24)

static volatile uint32_t wick_qemu_clock_wraps;

void wick_qemu_clock_wrap(void)
{
    wick_qemu_clock_wraps++;
}

void wick_qemu_clock_start(void)
{
    *WICK_QEMU_SYST_RVR = WICK_QEMU_TICKS_A_WRAP - 1;
    *WICK_QEMU_SYST_CVR = 0;
    *WICK_QEMU_SYST_CSR = 7;
    while (*WICK_QEMU_SYST_CVR == 0) {
        // After a write the counter reads 0 until its first tick; a reading then would be a whole
        // wrap off.
    }
}

uint64_t wick_qemu_clock_ticks(void)
{
    uint32_t wraps;
    uint32_t current;
    do {
        wraps = wick_qemu_clock_wraps;
        current = *WICK_QEMU_SYST_CVR;
    } while (wraps != wick_qemu_clock_wraps);
    return (uint64_t)wraps * WICK_QEMU_TICKS_A_WRAP + (WICK_QEMU_TICKS_A_WRAP - 1 - current);
}
