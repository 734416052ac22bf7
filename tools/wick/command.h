// SPDX-License-Identifier: BSD-3-Clause
// Sub-commands of `wick`: each parses its own arguments and calls the libraries.
#ifndef WICK_TOOLS_COMMAND_H
#define WICK_TOOLS_COMMAND_H

#include "compiler/support/arena.h"
#include "compiler/support/diag.h"
#include "compiler/support/npy.h"
#include "wick/data.h"

#include <getopt.h>
#include <stdio.h>

#define WICK_FILE_LIMIT ((size_t)1 << 32) // bytes that a command reads of one file at most

// Exit codes, the same for all commands.
typedef enum wick_exit {
    WICK_EXIT_OK = 0,
    WICK_EXIT_FAILED =
        1, // the input could not be read, compiled, run or written: a message says why
    WICK_EXIT_USAGE = 2,    // the command line is wrong
    WICK_EXIT_MISMATCH = 3, // --expect: the outputs differ
} wick_exit;

typedef struct wick_command {
    const char *name;
    const char *summary;
    const char *help;
    wick_exit (*run)(int argc, char **argv);
} wick_command;

extern const wick_command wick_commands[]; // ends with a NULL name

wick_exit wick_command_compile(int argc, char **argv);
wick_exit wick_command_run(int argc, char **argv);
wick_exit wick_command_inspect(int argc, char **argv);
wick_exit wick_command_verify(int argc, char **argv);
wick_exit wick_command_emit_c(int argc, char **argv);
wick_exit wick_command_text(int argc, char **argv);
wick_exit wick_command_edit(int argc, char **argv);
wick_exit wick_command_diff(int argc, char **argv);
wick_exit wick_command_bundle(int argc, char **argv);
wick_exit wick_command_check(int argc, char **argv);
wick_exit wick_command_merge(int argc, char **argv);
wick_exit wick_command_link(int argc, char **argv);
wick_exit wick_command_split(int argc, char **argv);

// Prints the command's help to standard output (asked for) and returns WICK_EXIT_OK.
wick_exit wick_command_help(const char *name);
// Prints "wick NAME: message" and where to find help to standard error; returns WICK_EXIT_USAGE.
wick_exit wick_usage_error(const char *name, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

// What the command line of a simple command says.
typedef struct wick_simple_options {
    const char *output; // -o, --output; NULL: not given
    bool has_flag;
} wick_simple_options;

// Options of the command `name` that has --output, and maybe one without a value (NULL: none); the
// other arguments begin at optind. False where the command ends with *code: help, or a mistake.
bool wick_simple_parse(const char *name, const char *flag, int argc, char **argv,
                       wick_simple_options *out, wick_exit *code);

// What most commands work with: an arena, diagnostics in it, and a clean end.
typedef struct wick_job {
    wick_arena *arena;
    wick_diag diag;
} wick_job;

void wick_job_open(wick_job *job);
// Prints the messages to standard error, frees everything and returns OK or FAILED by the status of
// the work.
wick_exit wick_job_close(wick_job *job, wick_status status);

// What an option that may be repeated was given.
enum { WICK_MOST_PATHS = 64 };
typedef struct wick_paths {
    const char *paths[WICK_MOST_PATHS];
    uint32_t count;
} wick_paths;

// False if there are too many.
bool wick_paths_add(wick_paths *list, const char *path);

// Reads a whole file and opens it as a program, which may have tensors in the files `data`
// (.ptd).
wick_status wick_job_open_program(wick_job *job, const char *path, const wick_paths *data,
                                  wick_program *program);
// The same for bytes that have been read from `path`.
wick_status wick_job_open_bytes(wick_job *job, const char *path, const uint8_t *bytes,
                                size_t size_bytes, const wick_paths *data, wick_program *program);
// The same to look at, not to run: tensors may be outside, wherever that is.
wick_status wick_job_read_program(wick_job *job, const char *path, wick_program *program);
// Turns a failure of the runtime into a diagnostic: "program.pte: instruction 3 (aten::add.out):
// text [INVALID_TYPE]".
wick_status wick_job_failure(wick_job *job, const char *path, const wick_failure *failure);

// Verifies a program that is about to be written, whose tensors may be outside; other kinds of files
// pass.
wick_status wick_job_check_program(wick_job *job, const char *path, const uint8_t *bytes,
                                   size_t size_bytes);

// Reads a whole file, WICK_FILE_LIMIT at most.
wick_status wick_job_read(wick_job *job, const char *path, uint8_t **bytes, size_t *size_bytes);
wick_status wick_job_read_npy(wick_job *job, const char *path, wick_npy *array);
wick_status wick_job_write_npy(wick_job *job, const char *path, const wick_npy *array);
// Writes text or bytes to a path, or to standard output for "-".
wick_status wick_job_write(wick_job *job, const char *path, const void *bytes, size_t size_bytes);

#endif
