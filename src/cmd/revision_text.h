/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_CMD_REVISION_TEXT_H
#define GM_CMD_REVISION_TEXT_H

/*
 * How people read a revision: Alembic's line and Alembic's block, so that scripts and eyes that
 * know them go on.
 */

#include "base/buf.h"
#include "cmd/output.h"

typedef struct {
    const gm_invocation *invocation;
    const gm_project *project;
    const gm_paint *paint;
    const gm_nodes *current; /* heads of what a database has; NULL: no database was looked at */
    bool parents;            /* "PARENTS -> " before the id */
    bool tree;               /* (branchpoint) and (mergepoint) */
    bool message;
    bool lineage; /* the labels of its lineage, not its own alone: what stands before "@head" */
} gm_text_style;

/* Plain: nothing but id, labels and (head). */
gm_text_style gm_text_style_new(const gm_invocation *invocation, const gm_project *project);

/* "PARENTS (DEPENDS) -> ID (LABELS) (head) (current) (branchpoint) (mergepoint), MESSAGE" */
gm_str gm_revision_line(const gm_text_style *style, const gm_node *node);

/* Lines of "Rev: …", "Parent: …" to the message; each ends in LF. */
gm_str gm_revision_block(const gm_text_style *style, const gm_node *node);

/* Says so when a history has no revisions: silence would look the same for a wrong folder. */
void gm_say_empty(const gm_invocation *invocation, const gm_project *project, const gm_view *view);

#endif
