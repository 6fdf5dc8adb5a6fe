/* SPDX-License-Identifier: Apache-2.0 */
#include "app/write/merge_driver.h"
#include "cmd/output.h"

/* git's own markers have 7; a merge of merge bases has a few more, an attribute may say anything.
 */
enum { MARKER_MAX = 1000 };

static gm_code read_call(const gm_invocation *invocation, gm_merge_driver_call *call, gm_err *err)
{
    const gm_str *operands = invocation->operands.items;
    uint64_t size;
    if (!gm_str_u64(operands[3], &size) || size == 0 || size > MARKER_MAX) {
        gm_fail(err, GM_E_USAGE, "'%.*s' is no size of conflict markers",
                GM_ARG(gm_visible(invocation, operands[3])));
        return gm_hint(err, "`gmig hook install merge-driver` tells git how to call this.");
    }
    *call = (gm_merge_driver_call){.start = operands[0],
                                   .one = operands[1],
                                   .other = operands[2],
                                   .marker_size = (size_t)size,
                                   .path = operands[4]};
    return GM_OK;
}

/* git merges in its own words "ours" and "theirs", which a rebase exchanges: none of them here. */
static void say(const gm_invocation *invocation, const gm_merge_driver_call *call,
                const gm_merge_driver_result *result)
{
    gm_str path = gm_visible(invocation, call->path);
    gm_say(invocation, "%.*s: %.*s", GM_ARG(path), GM_ARG(gm_visible(invocation, result->why)));
    if (result->mended)
        gm_say(invocation,
               "`gmig merge --stage` joins them, or `gmig rebase --stage` puts this branch's "
               "revisions behind the others; either writes %.*s anew",
               GM_ARG(path));
    else
        gm_say(invocation, "mend that first; then `gmig heads --write --stage` writes %.*s anew",
               GM_ARG(path));
}

static gm_code run(gm_invocation *invocation, int *status, gm_err *err)
{
    gm_merge_driver_call call;
    gm_merge_driver_result result;
    GM_TRY(read_call(invocation, &call, err));
    GM_TRY(gm_merge_driver(invocation->arena, &invocation->project, &call, &result, err));
    *status = result.conflict ? 1 : 0;
    if (result.conflict)
        say(invocation, &call, &result);
    if (!invocation->json)
        return GM_OK;
    gm_json *document = gm_json_object();
    gm_json_set_str(document, "path", call.path);
    gm_json_set_bool(document, "conflict", result.conflict);
    gm_json_set_str(document, "why", result.why);
    gm_out_json(invocation, document);
    return GM_OK;
}

const gm_command gm_cmd_merge_driver = {
    .name = "merge-driver",
    .synopsis = "START ONE OTHER SIZE PATH",
    .summary = "Merge the file of the heads, for git",
    .details =
        "git calls this where both sides of a merge, rebase or pick have changed the file that "
        "`heads_file` in gmig.yml names, once `gmig hook install` has told it to: "
        "`gmig merge-driver %O %A %B %L %P`. ONE gets the result.\n\n"
        "Ends with 0 where each lineage has one head in the end, and with 1 where it has several: "
        "then the file has conflict markers, and what mends it is said.",
    .min_operands = 5,
    .max_operands = 5,
    .run = run,
};
