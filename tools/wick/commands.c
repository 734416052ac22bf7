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
    "      --explain           print what each pass did to which node, and what it left and why\n"
    "      --json              the report as JSON, with --explain this, too\n"
    "      --plan-svg FILE     draw the memory plan: time against address, one colour for each "
    "tensor\n"
    "      --operators-c FILE  write the operator table of this model as C, for a firmware that "
    "links only these\n"
    "      --max-size S=N,..    upper bounds of dynamic sizes that the export left open\n"
    "      --constant-method NAME=VALUE\n"
    "                          one more method, which returns VALUE: true, false, a number, "
    "FILE.npy, or else a\n"
    "                          string; may be repeated\n"
    "      --state NAME        a buffer that another method writes: this one reads it as state; "
    "may be repeated\n"
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
    "      --data FILE     .ptd that holds tensors which the program has outside; may be repeated\n"
    "      --then NAME     then run another method: the options behind are of it, the ones before "
    "of the method\n"
    "                      before it; they have state that they share (wick merge --share-state)\n"
    "      --seed N        seed of the random numbers (default 0)\n"
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
    "usage: wick verify MODEL.pte [--data WEIGHTS.ptd] [--json]\n"
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

static const char text_help[] =
    "usage: wick text FILE [-o OUT]\n"
    "\n"
    "Shows a program (.pte), bundled program (.bpte) or external data (.ptd) as JSON, with the "
    "names of "
    "the official\n"
    "schema; or makes the file again of such JSON. What goes out as JSON comes back as the same "
    "content.\n"
    "\n"
    "  -o, --output FILE   where to write (default for JSON: standard output)\n"
    "\n"
    "example: wick text kws.pte -o kws.json     then: wick text kws.json -o kws2.pte\n";

static const char edit_help[] =
    "usage: wick edit MODEL.pte -o NEW.pte EDIT..\n"
    "\n"
    "Changes a program without compiling it again. Edits are done in the order given:\n"
    "\n"
    "      --rename OLD=NEW    give a method another name\n"
    "      --drop METHOD       take out a method, and the constants that it alone used\n"
    "      --strip-debug       take out the stack traces of instructions\n"
    "  -o, --output FILE       the program to write; may be the same file\n"
    "\n"
    "example: wick edit model.pte --drop encode --strip-debug -o small.pte\n";

static const char merge_help[] =
    "usage: wick merge [NAME=]A.pte [NAME=]B.pte.. -o MODEL.pte [--share-state]\n"
    "\n"
    "Puts the methods of several programs into one file. Constants that are equal, as the weights "
    "of two "
    "methods of one\n"
    "model are, are stored once.\n"
    "\n"
    "  -o, --output FILE   the program to write\n"
    "  NAME=FILE           gives the file's only method another name\n"
    "      --share-state   state of one name is one: in a memory that all methods have in common\n"
    "\n"
    "example: wick merge encode=encoder.pte decode=decoder.pte -o model.pte\n";

static const char link_help[] = "usage: wick link MODEL.pte WEIGHTS.ptd -o WHOLE.pte\n"
                                "\n"
                                "Takes the external data that a program refers to by name into the "
                                "program, which then needs no "
                                "other file.\n"
                                "\n"
                                "  -o, --output FILE   the program to write\n"
                                "\n"
                                "example: wick link model.pte weights.ptd -o whole.pte\n";

static const char split_help[] =
    "usage: wick split MODEL.pte -o SMALL.pte --data WEIGHTS.ptd [--smallest BYTES]\n"
    "\n"
    "Moves the constants of a program into external data, as ExecuTorch's runtime reads it.\n"
    "\n"
    "  -o, --output FILE   the program to write\n"
    "      --data FILE     the external data to write\n"
    "      --smallest N    constants of fewer bytes stay in the program (default 64)\n"
    "\n"
    "example: wick split model.pte -o small.pte --data weights.ptd\n";

static const char diff_help[] =
    "usage: wick diff OLD.pte NEW.pte\n"
    "\n"
    "Shows what two programs do differently: methods, inputs, instructions with the types of their "
    "values, constants\n"
    "(by a hash of their bytes), outputs, arenas. Exit code 0: no difference, 3: some.\n"
    "\n"
    "example: wick diff before.pte after.pte\n";

static const char bundle_help[] =
    "usage: wick bundle MODEL.pte -o MODEL.bpte --input X.npy.. --expect Y.npy.. [options]\n"
    "\n"
    "Puts a program and test cases into one file, as ExecuTorch's tools do: `wick check`, the "
    "official "
    "runtime and\n"
    "a device (wick/bundle.h) can then see whether it computes what it should.\n"
    "\n"
    "  -o, --output FILE   the bundled program to write\n"
    "  -i, --input FILE    .npy for the next input; one case, or several along a first axis\n"
    "  -e, --expect FILE   .npy of the next output; without any, a check only sees whether the "
    "method "
    "runs\n"
    "  -m, --method NAME   method that the cases are for (default: forward)\n"
    "      --data FILE     .ptd that holds tensors which the program has outside; may be repeated\n"
    "\n"
    "example: wick bundle kws.pte -o kws.bpte --input kws.test_inputs.npy --expect "
    "kws.test_outputs.npy\n";

static const char check_help[] = "usage: wick check MODEL.bpte [options]\n"
                                 "\n"
                                 "Runs every test case of a bundled program on this machine. Exit "
                                 "code 0: all as expected, 3: some "
                                 "differ.\n"
                                 "\n"
                                 "      --data FILE     .ptd that holds tensors which the program "
                                 "has outside; may be repeated\n"
                                 "      --rtol R        relative tolerance (default 1e-4)\n"
                                 "      --atol A        absolute tolerance (default 1e-5)\n"
                                 "      --json          print the result as JSON\n"
                                 "\n"
                                 "example: wick check kws.bpte\n";

const wick_command wick_commands[] = {
    {"compile", "a .pt2 archive to a .pte program", compile_help, wick_command_compile},
    {"run", "run a .pte program on inputs from .npy files", run_help, wick_command_run},
    {"inspect", "show a .pt2 or .pte: graph, memory plan, sizes, operators", inspect_help,
     wick_command_inspect},
    {"verify", "check a .pte program", verify_help, wick_command_verify},
    {"emit-c", "a .pte or .pt2 to one C file that needs no runtime", emit_c_help,
     wick_command_emit_c},
    {"text", "a .pte, .bpte or .ptd as JSON, and back", text_help, wick_command_text},
    {"edit", "rename or drop methods of a .pte, strip debug information", edit_help,
     wick_command_edit},
    {"merge", "methods of several .pte programs in one", merge_help, wick_command_merge},
    {"link", "external data (.ptd) into the program that refers to it", link_help,
     wick_command_link},
    {"split", "constants of a program into external data (.ptd)", split_help, wick_command_split},
    {"diff", "what two .pte programs do differently", diff_help, wick_command_diff},
    {"bundle", "a .pte program and its test cases to one .bpte", bundle_help, wick_command_bundle},
    {"check", "run the test cases of a .bpte", check_help, wick_command_check},
    {0},
};
