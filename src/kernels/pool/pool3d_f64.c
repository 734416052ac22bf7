// SPDX-License-Identifier: BSD-3-Clause
#include "kernels/pool/pool3d.h"

#include <string.h>

#include "kernels/element/in_f64.h"

#include "kernels/pool/pool3d_body.h"
