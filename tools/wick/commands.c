// SPDX-License-Identifier: BSD-3-Clause
// The table of commands and their help texts.
#include "command.h"

static const char compile_help[] =
    "usage: wick compile MODEL.pt2 -o MODEL.pte [options]\n"
    "\n"
    "Compiles what torch.export.save wrote into an ExecuTorch program. Needs no Python and no "
    "PyTorch.\n"
    "\n"
    "  -o, --output FILE       the program to write; replaced only when everything has succeeded\n"
    "  -t, --target NAME       device to compile for: a name, or the path of a target file "
    "(default: wick,\n"
    "                          any processor with Wick's runtime; portable: official operators "
    "only, for\n"
    "                          any ExecuTorch runtime);\n"
    "                          --list-targets shows the names\n"
    "      --quantize int8     quantize after training (docs/quantization.md); int16: activations "
    "of 16 bits;\n"
    "                          with it:\n"
    "      --calibration X.npy[,Y.npy..]\n"
    "                          an array for each input, the first axis counts samples\n"
    "      --io int8|float     types of inputs and outputs (default: float)\n"
    "      --observer NAME     how ranges are chosen: minmax, percentile, mse (default), entropy\n"
    "      --keep-float NODE   a node that stays float; may be repeated\n"
    "      --keep-int16 NODE   a node that has activations of 16 bits; may be repeated\n"
    "      --max-drop P        give layers int16, or float where that does not help, until at "
    "most P\n"
    "                          percentage points of accuracy (with --labels) or of agreement with "
    "float\n"
    "                          are lost\n"
    "      --labels L.npy      classes of the samples: report the accuracy\n"
    "      --quantize-html F   write what quantization chose and cost as a page with a plot\n"
    "      --report            print sizes, memory plan with its lower bound, operators\n"
    "      --json              the report as JSON\n"
    "      --plan-svg FILE     draw the memory plan: time against address, one colour for each "
    "tensor\n"
    "      --operators-c FILE  write the operator table of this model as C, for a firmware that "
    "links only these\n"
    "      --layout nhwc       images enter and leave as [batch, height, width, channels] "
    "(default: "
    "nchw)\n"
    "      --ops official      only operators of the official runtime for Cortex-M (default: "
    "wick)\n"
    "      --dump-after PASS   print the graph after a pass ('all': after each)\n"
    "      --stop-after PASS   print the graph after a pass and compile no further; -o is not "
    "needed\n"
    "      --skip-pass PASS    leave a pass out, to see what it does\n"
    "      --list-targets      print the known targets\n"
    "      --list-passes       print the passes in their order\n"
    "\n"
    "example: wick compile kws.pt2 --target cortex-m55 -o kws.pte --report\n";

static const char run_help[] =
    "usage: wick run MODEL.pte --input X.npy [options]\n"
    "\n"
    "Runs a program (ours or the official exporter's) on this machine.\n"
    "\n"
    "  -i, --input FILE    .npy for the next input, in order; several cases may lie along a first "
    "axis\n"
    "  -o, --output FILE   .npy to write the next output to, in order\n"
    "  -e, --expect FILE   .npy to compare the next output with, in order; exit code 3 if they "
    "differ\n"
    "      --rtol R        relative tolerance of --expect (default 1e-4)\n"
    "      --atol A        absolute tolerance of --expect (default 1e-5)\n"
    "  -m, --method NAME   method to run (default: forward)\n"
    "      --labels FILE   .npy of integer classes: print the accuracy of the first output\n"
    "      --json          print the result as JSON\n"
    "\n"
    "Without --output the outputs are printed. example:\n"
    "  wick run kws.pte --input kws.test_inputs.npy --expect kws.test_outputs.npy\n";

static const char inspect_help[] =
    "usage: wick inspect FILE [options]\n"
    "\n"
    "Shows what is in a .pt2 (the imported graph) or a .pte (sizes, operators, values, "
    "instructions, memory plan).\n"
    "\n"
    "      --data              .pt2: print all constants in full, so that the text parses back\n"
    "  -m, --method NAME       .pte: only this method\n"
    "      --json              .pte: sizes, arenas and operators as JSON\n"
    "      --operators-c FILE      .pte: write its operator table as C, for a firmware that links "
    "only "
    "these\n"
    "      --sample-inputs P   .pt2: write the sample inputs to P0.npy, P1.npy, ..\n"
    "\n"
    "example: wick inspect kws.pte\n";

static const char verify_help[] =
    "usage: wick verify MODEL.pte [--json]\n"
    "\n"
    "Verifies every byte that the runtime will rely on, and that this build has every operator "
    "that the program\n"
    "calls with arguments it accepts. Prints what each method needs.\n"
    "\n"
    "example: wick verify kws.pte\n";

static const char emit_c_help[] =
    "usage: wick emit-c MODEL.pte|MODEL.pt2 -o NAME.c [options]\n"
    "\n"
    "Writes a model as one C file and its header, which any C99 compiler takes alone: direct "
    "calls, "
    "const tables,\n"
    "only the operators used, no interpreter, the same bits.\n"
    "\n"
    "  -o, --output FILE   the C file; the header goes beside it\n"
    "      --header FILE   the header, elsewhere\n"
    "      --name NAME     prefix of its functions (default: the stem of the C file)\n"
    "  -t, --target NAME   .pt2: device to compile for, as in wick compile\n"
    "  -m, --method NAME   method to emit (default: forward)\n"
    "      --report        print the bytes of RAM and flash\n"
    "\n"
    "example: wick emit-c kws.pt2 -o kws.c     then, in C: kws_run(in0, out0);\n";

const wick_command wick_commands[] = {
    {"compile", "a .pt2 archive to a .pte program", compile_help, wick_command_compile},
    {"run", "run a .pte program on inputs from .npy files", run_help, wick_command_run},
    {"inspect", "show a .pt2 or .pte: graph, memory plan, sizes, operators", inspect_help,
     wick_command_inspect},
    {"verify", "check a .pte program", verify_help, wick_command_verify},
    {"emit-c", "a .pte or .pt2 to one C file that needs no runtime", emit_c_help,
     wick_command_emit_c},
    {0},
};
