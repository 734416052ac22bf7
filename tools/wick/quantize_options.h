// SPDX-License-Identifier: BSD-3-Clause
// Options of quantization: parsed, and the files that they name read.
#ifndef WICK_TOOLS_QUANTIZE_OPTIONS_H
#define WICK_TOOLS_QUANTIZE_OPTIONS_H

#include "command.h"

#include "wick/compiler.h"

enum {
    WICK_OPTION_QUANTIZE = 512,
    WICK_OPTION_CALIBRATION,
    WICK_OPTION_LABELS,
    WICK_OPTION_OBSERVER,
    WICK_OPTION_IO,
    WICK_OPTION_KEEP_FLOAT,
    WICK_OPTION_KEEP_INT16,
    WICK_OPTION_MAX_DROP,
    WICK_OPTION_QUANTIZE_HTML,
};

// Rows of getopt's table.
#define WICK_QUANTIZE_OPTIONS                                               \
    {"quantize", required_argument, NULL, WICK_OPTION_QUANTIZE},            \
        {"calibration", required_argument, NULL, WICK_OPTION_CALIBRATION},  \
        {"labels", required_argument, NULL, WICK_OPTION_LABELS},            \
        {"observer", required_argument, NULL, WICK_OPTION_OBSERVER},        \
        {"io", required_argument, NULL, WICK_OPTION_IO},                    \
        {"keep-float", required_argument, NULL, WICK_OPTION_KEEP_FLOAT},    \
        {"keep-int16", required_argument, NULL, WICK_OPTION_KEEP_INT16},    \
        {"max-drop", required_argument, NULL, WICK_OPTION_MAX_DROP},        \
    {                                                                       \
        "quantize-html", required_argument, NULL, WICK_OPTION_QUANTIZE_HTML \
    }

enum { WICK_KEEP_LIMIT = 256 };

typedef struct wick_quantize_arguments {
    const char *calibration; // paths, commas between them
    const char *labels;
    const char *html;
    const char *keep_float[WICK_KEEP_LIMIT];
    const char *keep_int16[WICK_KEEP_LIMIT];
} wick_quantize_arguments;

// False if the option is none of these, or its value is of no use.
bool wick_quantize_option(int option, char *value, wick_quantize_arguments *arguments,
                          wick_compile_options *options);
// Reads the files into `options`.
wick_status wick_quantize_read(wick_job *job, const wick_quantize_arguments *arguments,
                               wick_compile_options *options);
// Whether options stand there that only --quantize makes use of; NULL if not, else one of them.
const char *wick_quantize_unused(const wick_quantize_arguments *arguments,
                                 const wick_compile_options *options);

#endif
