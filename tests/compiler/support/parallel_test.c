// SPDX-License-Identifier: BSD-3-Clause
#include "compiler/support/fixture.h"
#include "compiler/support/parallel.h"

#include <stdatomic.h>

enum { TASKS = 5000 };

typedef struct record {
    atomic_uint runs[TASKS], busy[WICK_MAX_WORKERS], wrong;
    uint32_t workers, next; // next: the task to come, with one worker
} record;

static void count_task(void *context, uint32_t worker, uint32_t index)
{
    record *seen = context;
    atomic_fetch_add(&seen->runs[index], 1);
    seen->wrong += worker >= seen->workers || atomic_fetch_add(&seen->busy[worker], 1) != 0;
    seen->wrong += seen->workers == 1 && index != seen->next++;
    atomic_fetch_sub(&seen->busy[worker], 1);
}

static void test_parallel_runs_each_task_once(void **state)
{
    (void)state;
    for (uint32_t workers = 1; workers <= WICK_MAX_WORKERS; workers++) {
        for (uint32_t count = 0; count <= TASKS;
             count = count < 4 ? count + 1 : count + TASKS / 2 - 2) {
            record seen = {.workers = workers};
            wick_parallel(workers, count, count_task, &seen);
            assert_int_equal(seen.wrong, 0);
            for (uint32_t i = 0; i < TASKS; i++) {
                assert_int_equal(seen.runs[i], i < count);
            }
        }
    }
}

static void test_parallel_workers_are_bounded(void **state)
{
    (void)state;
    assert_in_range(wick_parallel_workers(), 1, WICK_MAX_WORKERS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_parallel_runs_each_task_once, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_parallel_workers_are_bounded, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
