// SPDX-License-Identifier: BSD-3-Clause
// `wick`: from a torch.export archive to the smallest device. This file finds the sub-command.
#include "command.h"

#include <stdarg.h>
#include <string.h>

#define WICK_VERSION "0.1.0"

static const char overview[] = "wick compiles PyTorch models (.pt2 of torch.export.save) to "
                               "ExecuTorch programs (.pte) and runs them.\n"
                               "\n"
                               "usage: wick COMMAND [ARGUMENTS]\n"
                               "\n";

static const char closing[] =
    "\n"
    "wick COMMAND --help explains a command. First steps:\n"
    "  wick compile model.pt2 -o model.pte --report\n"
    "  wick run model.pte --input x.npy --output y.npy\n"
    "\n"
    "exit codes: 0 done, 1 failed (the message says why), 2 wrong command line,\n"
    "            3 outputs differ from --expect\n";

static void print_overview(FILE *stream)
{
    fputs(overview, stream);
    for (const wick_command *command = wick_commands; command->name != NULL; command++) {
        fprintf(stream, "  %-9s %s\n", command->name, command->summary);
    }
    fputs(closing, stream);
}

static const wick_command *find_command(const char *name)
{
    for (const wick_command *command = wick_commands; command->name != NULL; command++) {
        if (strcmp(command->name, name) == 0) {
            return command;
        }
    }
    return NULL;
}

wick_exit wick_command_help(const char *name)
{
    const wick_command *command = find_command(name);
    fputs(command ? command->help : overview, stdout);
    return WICK_EXIT_OK;
}

wick_exit wick_usage_error(const char *name, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    fprintf(stderr, "wick %s: ", name);
    vfprintf(stderr, format, arguments);
    fprintf(stderr, "\nSee 'wick %s --help'.\n", name);
    va_end(arguments);
    return WICK_EXIT_USAGE;
}

static bool is_any(const char *text, const char *a, const char *b)
{
    return strcmp(text, a) == 0 || strcmp(text, b) == 0;
}

int main(int argc, char **argv)
{
    if (argc < 2) {
        print_overview(stderr);
        return WICK_EXIT_USAGE;
    }
    if (is_any(argv[1], "--version", "-V")) {
        puts("wick " WICK_VERSION);
        return WICK_EXIT_OK;
    }
    const bool wants_help = is_any(argv[1], "help", "--help") || strcmp(argv[1], "-h") == 0;
    if (wants_help && argc == 2) {
        print_overview(stdout);
        return WICK_EXIT_OK;
    }
    const char *name = wants_help ? argv[2] : argv[1];
    const wick_command *command = find_command(name);
    if (command == NULL) {
        fprintf(stderr, "wick: there is no command '%s'\n", name);
        print_overview(stderr);
        return WICK_EXIT_USAGE;
    }
    return wants_help ? wick_command_help(name) : command->run(argc - 1, argv + 1);
}
