// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

// What the library exports; everything else has hidden visibility.
#define VFCTL_EXPORT __attribute__((visibility("default")))
