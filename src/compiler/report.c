// SPDX-License-Identifier: BSD-3-Clause
#include "compiler/report.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

