// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

// What the library exports; everything else has hidden visibility.
#define VFCTL_EXPORT __attribute__((visibility("default")))

// Inside of a class that is exported.
#define VFCTL_HIDDEN __attribute__((visibility("hidden")))
