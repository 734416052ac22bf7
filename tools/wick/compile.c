// SPDX-License-Identifier: BSD-3-Clause
#include "command.h"
#include "quantize_options.h"

#include "compiler/passes/pass.h"
#include "wick/compiler.h"

#include <string.h>

typedef struct compile_arguments {
    wick_compile_options options;
    const char *input;
    const char *output;
    const char *operators_c;
    const char *plan_svg;
    wick_quantize_arguments quantize;
    wick_paths state;
    wick_paths constant_methods; // NAME=VALUE
    bool report;
    bool json;
} compile_arguments;

enum {
    OPTION_REPORT = 256,
    OPTION_EXPLAIN,
    OPTION_JSON,
    OPTION_OPERATORS,
    OPTION_SVG,
    OPTION_OPS,
    OPTION_LAYOUT,
    OPTION_MAX_SIZE,
    OPTION_STATE,
    OPTION_CONSTANT,
    OPTION_DUMP,
    OPTION_STOP,
    OPTION_SKIP,
    OPTION_TARGETS,
    OPTION_PASSES
};

static wick_exit list_targets(void)
{
    for (const char *const *name = wick_compiler_targets(); *name != NULL; name++) {
        puts(*name);
    }
    return WICK_EXIT_OK;
}

static wick_exit list_passes(void)
{
    for (uint32_t i = 0; i < wick_pass_count; i++) {
        printf("%-20s %s\n", wick_passes[i].name, wick_passes[i].description);
    }
    return WICK_EXIT_OK;
}

// Results go to standard output as text, messages to standard error, files are replaced whole.
static wick_status write_results(wick_job *job, const compile_arguments *arguments,
                                 const wick_compilation *compilation)
{
    size_t size_bytes;
    const uint8_t *program = wick_compilation_program(compilation, &size_bytes);
    fputs(wick_compilation_dump(compilation), stdout);
    if (program == NULL) { // --stop-after
        fputs(wick_compilation_explanation(compilation), stdout);
        return WICK_OK;
    }
    if (arguments->operators_c != NULL) {
        const char *text = wick_compilation_operators_c(compilation);
        WICK_TRY(wick_job_write(job, arguments->operators_c, text, strlen(text)));
    }
    if (arguments->plan_svg != NULL) {
        const char *text = wick_compilation_plan_svg(compilation);
        WICK_TRY(wick_job_write(job, arguments->plan_svg, text, strlen(text)));
    }
    if (arguments->quantize.html != NULL) {
        const char *text = wick_compilation_quantize_html(compilation);
        WICK_TRY(wick_job_write(job, arguments->quantize.html, text, strlen(text)));
    }
    WICK_TRY(wick_job_write(job, arguments->output, program, size_bytes));
    if (arguments->json) {
        fputs(wick_compilation_report_json(compilation), stdout);
        return WICK_OK;
    }
    if (arguments->report) {
        fputs(wick_compilation_report(compilation), stdout);
    }
    fputs(wick_compilation_explanation(compilation), stdout);
    return WICK_OK;
}

static bool ends_with(const char *text, const char *end)
{
    const size_t length = strlen(text);
    return length >= strlen(end) && strcmp(text + length - strlen(end), end) == 0;
}

// NAME=VALUE, or NAME=FILE.npy, of each constant method.
static wick_status read_constant_methods(wick_job *job, const wick_paths *given,
                                         wick_compile_options *options)
{
    wick_constant_method *methods =
        wick_arena_alloc(job->arena, given->count + 1u, sizeof *methods);
    for (uint32_t i = 0; i < given->count; i++) {
        const char *text = given->paths[i];
        const size_t length = (size_t)(strchr(text, '=') - text);
        methods[i].name = wick_arena_copy_string(job->arena, text, length);
        methods[i].value = text + length + 1;
        if (ends_with(text, ".npy")) {
            uint8_t *bytes;
            methods[i].tensor.name = methods[i].value;
            WICK_TRY(
                wick_job_read(job, methods[i].value, &bytes, &methods[i].tensor.size_bytes));
            methods[i].tensor.bytes = bytes;
        }
    }
    options->constant_methods = methods;
    options->constant_method_count = given->count;
    return WICK_OK;
}

static wick_status compile_file(wick_job *job, const compile_arguments *arguments)
{
    uint8_t *archive;
    size_t size_bytes;
    wick_compilation *compilation;
    wick_compile_options options = arguments->options;
    WICK_TRY(wick_job_read(job, arguments->input, &archive, &size_bytes));
    WICK_TRY(wick_quantize_read(job, &arguments->quantize, &options));
    WICK_TRY(read_constant_methods(job, &arguments->constant_methods, &options));
    wick_status status = wick_compile(archive, size_bytes, &options, &compilation);
    if (compilation == NULL) {
        return wick_diag_error(&job->diag, status, arguments->input, "not enough memory");
    }
    fputs(wick_compilation_messages(compilation), stderr);
    if (status == WICK_OK) {
        status = write_results(job, arguments, compilation);
    } else {
        fputs(wick_compilation_dump(compilation), stdout);
        fputs(wick_compilation_explanation(compilation), stdout);
    }
    wick_compilation_destroy(compilation);
    return status;
}

static wick_exit check_arguments(const compile_arguments *arguments)
{
    if (arguments->input == NULL) {
        return wick_usage_error("compile",
                                "which archive? Give the .pt2 that torch.export.save wrote");
    }
    if (arguments->output == NULL && arguments->options.stop_after == NULL) {
        return wick_usage_error("compile", "where to? Give -o MODEL.pte");
    }
    const char *unused = wick_quantize_unused(&arguments->quantize, &arguments->options);
    if (unused != NULL) {
        return wick_usage_error("compile", "%s is of use with --quantize int8 only", unused);
    }
    return WICK_EXIT_OK;
}

wick_exit wick_command_compile(int argc, char **argv)
{
    static const struct option long_options[] = {
        {"output", required_argument, NULL, 'o'},
        {"target", required_argument, NULL, 't'},
        {"report", no_argument, NULL, OPTION_REPORT},
        {"explain", no_argument, NULL, OPTION_EXPLAIN},
        {"json", no_argument, NULL, OPTION_JSON},
        {"operators-c", required_argument, NULL, OPTION_OPERATORS},
        {"plan-svg", required_argument, NULL, OPTION_SVG},
        {"ops", required_argument, NULL, OPTION_OPS},
        {"layout", required_argument, NULL, OPTION_LAYOUT},
        {"max-size", required_argument, NULL, OPTION_MAX_SIZE},
        {"state", required_argument, NULL, OPTION_STATE},
        {"constant-method", required_argument, NULL, OPTION_CONSTANT},
        {"dump-after", required_argument, NULL, OPTION_DUMP},
        {"stop-after", required_argument, NULL, OPTION_STOP},
        {"skip-pass", required_argument, NULL, OPTION_SKIP},
        WICK_QUANTIZE_OPTIONS,
        {"list-targets", no_argument, NULL, OPTION_TARGETS},
        {"list-passes", no_argument, NULL, OPTION_PASSES},
        {"help", no_argument, NULL, 'h'},
        {0},
    };
    compile_arguments arguments = {0};
    for (int option; (option = getopt_long(argc, argv, "o:t:h", long_options, NULL)) != -1;) {
        switch (option) {
        case 'o':
            arguments.output = optarg;
            break;
        case 't':
            arguments.options.target = optarg;
            break;
        case OPTION_REPORT:
            arguments.report = true;
            break;
        case OPTION_EXPLAIN:
            arguments.options.explain = true;
            break;
        case OPTION_JSON:
            arguments.json = true;
            break;
        case OPTION_OPERATORS:
            arguments.operators_c = optarg;
            break;
        case OPTION_SVG:
            arguments.plan_svg = optarg;
            break;
        case OPTION_OPS:
            arguments.options.ops = optarg;
            break;
        case OPTION_LAYOUT:
            arguments.options.layout = optarg;
            break;
        case OPTION_MAX_SIZE:
            arguments.options.max_sizes = optarg;
            break;
        case OPTION_STATE:
            if (!wick_paths_add(&arguments.state, optarg)) {
                return wick_usage_error("compile", "--state: too many names");
            }
            break;
        case OPTION_CONSTANT:
            if (strchr(optarg, '=') == NULL ||
                !wick_paths_add(&arguments.constant_methods, optarg)) {
                return wick_usage_error("compile", "--constant-method: is '%s', expected NAME=VALUE",
                                        optarg);
            }
            break;
        case OPTION_DUMP:
            arguments.options.dump_after = optarg;
            break;
        case OPTION_STOP:
            arguments.options.stop_after = optarg;
            break;
        case OPTION_SKIP:
            arguments.options.skip_pass = optarg;
            break;
        case OPTION_TARGETS:
            return list_targets();
        case OPTION_PASSES:
            return list_passes();
        case 'h':
            return wick_command_help("compile");
        default:
            if (wick_quantize_option(option, optarg, &arguments.quantize, &arguments.options)) {
                break;
            }
            return wick_usage_error("compile",
                                    "that option is not known, or its value is missing or wrong");
        }
    }
    if (argc - optind > 1) {
        return wick_usage_error("compile", "one archive at a time, but '%s' follows '%s'",
                                argv[optind + 1], argv[optind]);
    }
    arguments.input = arguments.options.source_name = argv[optind];
    arguments.options.state = arguments.state.paths;
    arguments.options.state_count = arguments.state.count;
    const wick_exit usage = check_arguments(&arguments);
    if (usage != WICK_EXIT_OK) {
        return usage;
    }
    wick_job job;
    wick_job_open(&job);
    return wick_job_close(&job, compile_file(&job, &arguments));
}
