/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_CMD_HEADS_FILE_H
#define GM_CMD_HEADS_FILE_H

/*
 * What commands that write revisions tell of the file that lists the heads, where a project has
 * one.
 */

#include "app/write/heads_file.h"
#include "cmd/output.h"

/* "heads_file": {"path", "written"} */
void gm_json_set_heads_file(gm_json *document, const gm_heads_written *heads);

/* A line, where it was written; with `plan` where the revisions would be. */
void gm_say_heads_file(const gm_invocation *invocation, const gm_project *project,
                       const gm_heads_written *heads, bool plan);

#endif
