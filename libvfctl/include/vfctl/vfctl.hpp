// SPDX-License-Identifier: LGPL-2.1-or-later
/// \file
/// Counters and transmit-rate limits of SR-IOV Virtual Functions, as the host sees them.
///
/// Begin with vfctl::client, which reads and sets, and vfctl::monitor, which tells of changes.
///
/// Threads: objects of this library are not synchronised. Use one client or monitor from one
/// thread at a time; different ones may be used at the same time. Value types are plain values.
///
/// Errors: every failure of a call is a vfctl::error. A write that is refused has changed nothing. The
/// kernel may have made a change whose answer did not come, or could not be read: see vfctl::error.
///
/// Directions are the VF's own: rx is what the VF received, tx what it sent.
#pragma once

#include <vfctl/client.hpp>
#include <vfctl/error.hpp>
#include <vfctl/event.hpp>
#include <vfctl/monitor.hpp>
#include <vfctl/named.hpp>
#include <vfctl/netns.hpp>
#include <vfctl/pf.hpp>
#include <vfctl/rate.hpp>
#include <vfctl/set_result.hpp>
#include <vfctl/stats.hpp>
#include <vfctl/vf.hpp>
