// SPDX-License-Identifier: BSD-3-Clause
#include "compiler/support/parallel.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <unistd.h>

typedef struct queue {
    wick_parallel_task *task;
    void *context;
    uint32_t count;
    atomic_uint next;
} queue;

typedef struct worker {
    queue *queue;
    uint32_t index;
    pthread_t thread;
    bool is_started;
} worker;

static void *work(void *context)
{
    const worker *self = context;
    queue *tasks = self->queue;
    for (uint32_t at; (at = atomic_fetch_add(&tasks->next, 1)) < tasks->count;) {
        tasks->task(tasks->context, self->index, at);
    }
    return NULL;
}

uint32_t wick_parallel_workers(void)
{
    const long online = sysconf(_SC_NPROCESSORS_ONLN);
    return online < 1 ? 1 : online > WICK_MAX_WORKERS ? WICK_MAX_WORKERS : (uint32_t)online;
}

// A thread that cannot be started is done without.
void wick_parallel(uint32_t workers, uint32_t count, wick_parallel_task *task, void *context)
{
    queue tasks = {.task = task, .context = context, .count = count};
    worker all[WICK_MAX_WORKERS] = {{.queue = &tasks}};
    for (uint32_t i = 1; i < workers && i < count && i < WICK_MAX_WORKERS; i++) {
        all[i] = (worker){.queue = &tasks, .index = i};
        all[i].is_started = pthread_create(&all[i].thread, NULL, work, &all[i]) == 0;
    }
    work(&all[0]);
    for (uint32_t i = 1; i < WICK_MAX_WORKERS; i++) {
        if (all[i].is_started) {
            pthread_join(all[i].thread, NULL);
        }
    }
}
