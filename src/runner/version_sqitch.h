/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_RUNNER_VERSION_SQITCH_H
#define GM_RUNNER_VERSION_SQITCH_H

/*
 * sqitch's registry: six tables, in a schema of their own on PostgreSQL, in a file beside the
 * database on SQLite. A change is known by an id that stands for all of the plan up to it
 * (history/formats/sqitch_plan.h): what the registry has under another id is a phantom, whatever it
 * is called.
 *
 * Sources: App::Sqitch::Engine::pg, ::sqlite, and App::Sqitch::Role::DBIEngine, version 1.3.1.
 */

#include "runner/version_table.h"

extern const gm_version_table_ops gm_version_sqitch;

#endif
