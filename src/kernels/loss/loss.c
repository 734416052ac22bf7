// SPDX-License-Identifier: BSD-3-Clause
#include "kernels/loss/loss.h"

#include "kernels/element/in_f32.h"

#include "kernels/loss/loss_body.h"
