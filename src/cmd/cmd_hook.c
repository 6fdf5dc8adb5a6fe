/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "app/hook/driver_setup.h"
#include "app/hook/hook_run.h"
#include "base/buf.h"
#include "base/file.h"
#include "cmd/output.h"
#include "report/report.h"

/* What git writes to a hook: at most some ten thousand refs a push. */
/* Findings of one commit that are shown: who pushes reads them line by line. */
enum { INPUT_MAX = 64 * 1024 * 1024, FINDINGS_SHOWN = 50 };

/* ---- install, uninstall, list ---- */

static gm_json *status_json(const gm_hook_status *status)
{
    gm_json *object = gm_json_object();
    gm_json_set_str(object, "hook", gm_str_from(status->hook->name));
    gm_json_set_str(object, "state", gm_str_from(gm_hook_state_name(status->state)));
    gm_json_set_str(object, "path", status->path);
    gm_json_set_bool(object, "kept", status->kept);
    gm_json_set_bool(object, "changed", status->changed);
    return object;
}

static gm_json *driver_json(const gm_driver_report *report)
{
    gm_json *object = gm_json_object();
    gm_json_set_str(object, "state", gm_str_from(gm_driver_state_name(report->state)));
    gm_json_set_strs(object, "paths", &report->paths);
    gm_json_set_strs(object, "attributes", &report->attributes);
    gm_json_set_strs(object, "written", &report->written);
    gm_json_set_bool(object, "changed", report->changed);
    return object;
}

static gm_json *report_json(const gm_hooks_report *report, const gm_driver_report *driver)
{
    gm_json *document = gm_json_object();
    gm_json *hooks = gm_json_array();
    GM_EACH (const gm_hook_status, status, &report->hooks)
        gm_json_add(hooks, status_json(status));
    gm_json_set_str(document, "layout", gm_str_from(gm_hooks_layout_name(report->layout)));
    gm_json_set_str(document, "folder", report->folder);
    gm_json_set_bool(document, "shared", report->shared);
    gm_json_set(document, "hooks", hooks);
    gm_json_set_str(document, "snippet", report->snippet);
    gm_json_set(document, "merge_driver", driver_json(driver));
    return document;
}

static gm_str shown(const gm_invocation *invocation, const gm_project *project, gm_str path)
{
    gm_str seen = gm_path_relative(invocation->arena, project->cwd, path);
    return gm_visible(invocation, gm_str_starts(seen, GM_STR("../../")) ? path : seen);
}

static const char *kept_words(const gm_hook_status *status)
{
    if (!status->kept)
        return "";
    return status->kept_active ? "; the hook that was there runs first"
                               : "; the hook that was there is kept, and is not executable";
}

/* ---- … of the driver ---- */

/* What was named: hooks, the driver of the file of heads, or nothing, which means all. */
typedef struct {
    gm_strs hooks;
    bool driver; /* by name */
    bool all;
} named;

static bool wants_hooks(const named *names)
{
    return names->all || names->hooks.len;
}

static bool wants_driver(const named *names)
{
    return names->all || names->driver;
}

static void print_attributes(const gm_invocation *invocation, const gm_driver_report *driver)
{
    GM_EACH (const gm_str, line, &driver->attributes) {
        if (gm_strs_have(&driver->written, *line))
            gm_say(invocation, "added to .gitattributes: %.*s",
                   GM_ARG(gm_visible(invocation, *line)));
        else
            gm_say(invocation, "add this line to .gitattributes, and commit it: %.*s",
                   GM_ARG(gm_visible(invocation, *line)));
    }
    if (driver->written.len)
        gm_say(invocation, "stage it with `git add :/.gitattributes`, and commit it");
}

static void list_driver(const gm_invocation *invocation, const gm_driver_report *driver)
{
    static const char *const words[] = {
        [GM_DRIVER_ABSENT] = "not installed",
        [GM_DRIVER_INSTALLED] = "installed",
        [GM_DRIVER_BROKEN] = "broken: a name without a command stops merges; install it",
        [GM_DRIVER_OTHER] = "another command is there",
    };
    if (!driver->paths.len && driver->state == GM_DRIVER_ABSENT)
        return;
    bool asked_for = driver->paths.len > driver->attributes.len;
    gm_out("%-17s %s%s\n", "merge-driver", words[driver->state],
           driver->state == GM_DRIVER_ABSENT && asked_for
               ? "; .gitattributes asks for it, and git merges as text"
               : "");
    print_attributes(invocation, driver);
}

/* ---- the three ---- */

static void print_installed(const gm_invocation *invocation, const gm_project *project,
                            const gm_hooks_report *report)
{
    if (report->layout == GM_HOOKS_LEFTHOOK) {
        gm_say(invocation, "lefthook writes the hooks here; add this to its configuration, and run "
                           "`lefthook install`:");
        gm_out_str(report->snippet);
        return;
    }
    GM_EACH (const gm_hook_status, status, &report->hooks)
        gm_out("%s %s%s\n", status->changed ? "installed" : "unchanged",
               gm_str_z(invocation->arena, shown(invocation, project, status->path)),
               kept_words(status));
    if (report->shared)
        gm_say(invocation,
               "%.*s is outside of this repository: its hooks run in every repository "
               "whose core.hooksPath names it",
               GM_ARG(gm_visible(invocation, report->folder)));
}

static gm_code install(gm_invocation *invocation, gm_project *project, const named *names,
                       gm_err *err)
{
    gm_hooks_report report = {0};
    gm_driver_report driver = {0};
    if (wants_driver(names))
        GM_TRY(gm_driver_install(project, names->driver, &driver, err));
    if (wants_hooks(names))
        GM_TRY(gm_hooks_install(invocation->arena, project->repo, &names->hooks, &report, err));
    if (invocation->json) {
        gm_out_json(invocation, report_json(&report, &driver));
        return GM_OK;
    }
    if (wants_hooks(names))
        print_installed(invocation, project, &report);
    if (driver.paths.len)
        gm_out("%s merge-driver\n", driver.changed ? "installed" : "unchanged");
    if (driver.state == GM_DRIVER_OTHER)
        gm_say(invocation, "merge.gmig.driver is another command, and stays as it is");
    print_attributes(invocation, &driver);
    return GM_OK;
}

static gm_code uninstall(gm_invocation *invocation, gm_project *project, const named *names,
                         gm_err *err)
{
    gm_hooks_report report = {0};
    gm_driver_report driver = {0};
    if (wants_driver(names))
        GM_TRY(gm_driver_uninstall(project, &driver, err));
    if (wants_hooks(names))
        GM_TRY(gm_hooks_uninstall(invocation->arena, project->repo, &names->hooks, &report, err));
    if (invocation->json) {
        gm_out_json(invocation, report_json(&report, &driver));
        return GM_OK;
    }
    size_t changed = driver.changed;
    GM_EACH (const gm_hook_status, status, &report.hooks) {
        if (!status->changed)
            continue;
        changed++;
        gm_out("%s %s\n", status->state == GM_HOOK_ABSENT ? "removed" : "restored",
               gm_str_z(invocation->arena, shown(invocation, project, status->path)));
    }
    if (driver.changed)
        gm_out("removed merge-driver\n");
    GM_EACH (const gm_str, line, &driver.written)
        gm_say(invocation, "taken out of .gitattributes: %.*s",
               GM_ARG(gm_visible(invocation, *line)));
    if (!changed)
        gm_say(invocation, "no hook of gmig is installed here");
    return GM_OK;
}

static gm_code list(gm_invocation *invocation, gm_project *project, const named *names, gm_err *err)
{
    gm_hooks_report report = {0};
    gm_driver_report driver = {0};
    if (wants_driver(names))
        GM_TRY(gm_driver_look(project, &driver, err));
    if (wants_hooks(names))
        GM_TRY(gm_hooks_list(invocation->arena, project->repo, &names->hooks, &report, err));
    if (invocation->json) {
        gm_out_json(invocation, report_json(&report, &driver));
        return GM_OK;
    }
    GM_EACH (const gm_hook_status, status, &report.hooks)
        gm_out("%-17s %s%s\n", status->hook->name,
               status->state == GM_HOOK_OTHER ? "not installed; another hook is there"
                                              : gm_hook_state_name(status->state),
               kept_words(status));
    if (wants_driver(names))
        list_driver(invocation, &driver);
    return GM_OK;
}

/* ---- run ---- */

static gm_code read_input(gm_arena *arena, gm_str *input, gm_err *err)
{
    gm_buf buf = gm_buf_new(arena, INPUT_MAX);
    char chunk[65536];
    for (;;) {
        ssize_t got = read(STDIN_FILENO, chunk, sizeof(chunk));
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return gm_fail(err, GM_E_IO, "standard input cannot be read: %s", strerror(errno));
        if (got == 0)
            break;
        gm_buf_add(&buf, gm_str_of(chunk, (size_t)got));
    }
    if (buf.overflow) {
        gm_fail(err, GM_E_REFUSED, "more than %d bytes of refs in one push", INPUT_MAX);
        return gm_hint(err, "Push them in several parts.");
    }
    *input = gm_buf_str(&buf);
    return GM_OK;
}

/* What there is to see: a warning or more, an allowance, or something that cannot be told. */
static bool worth_showing(const gm_checked *checked)
{
    if (checked->unseen.len || gm_findings_count(&checked->findings, GM_SEVERITY_WARNING))
        return true;
    GM_EACH (const gm_finding, finding, &checked->findings) {
        if (finding->allowed)
            return true;
    }
    return false;
}

/* git shows a hook's stderr everywhere, and `git push` prints it with "remote: " before it. */
static void show(const gm_invocation *invocation, const gm_hook_answer *answer)
{
    gm_report_options how = {.colour = gm_term_colour(invocation->colour, stderr),
                             .unknown = GM_SEVERITY_ERROR,
                             .limit = FINDINGS_SHOWN};
    GM_EACH (const gm_hook_look, look, &answer->looks) {
        if (!worth_showing(&look->checked))
            continue;
        if (look->ref.len)
            fprintf(stderr, "%.*s:\n", GM_ARG(gm_visible(invocation, look->ref)));
        gm_str text = gm_report_text_format.write(invocation->arena, &look->checked, &how);
        fwrite(text.ptr, 1, text.len, stderr);
    }
    GM_EACH (const gm_str, line, &answer->tells)
        gm_say(invocation, "%.*s", GM_ARG(gm_visible(invocation, *line)));
}

static gm_json *answer_json(const gm_invocation *invocation, const gm_hook_answer *answer)
{
    gm_json *document = gm_json_object();
    gm_json *looks = gm_json_array();
    GM_EACH (const gm_hook_look, look, &answer->looks) {
        gm_json *object = gm_report_json(invocation->arena, &look->checked);
        gm_json_set_str(object, "ref", look->ref);
        gm_json_add(looks, object);
    }
    gm_json_set_bool(document, "refused", gm_hook_verdict(answer) != GM_OK);
    gm_json_set(document, "looks", looks);
    gm_json_set_strs(document, "tells", &answer->tells);
    return document;
}

static gm_code ask(gm_invocation *invocation, gm_hook_call *call, gm_hook_answer *answer,
                   gm_err *err)
{
    gm_project *project GM_CLEANUP(gm_project_drop) = NULL;
    if (call->hook->has_input)
        GM_TRY(read_input(invocation->arena, &call->input, err));
    GM_TRY(gm_invocation_project(invocation, &project, err));
    return gm_hook_run(project, call, answer, err);
}

static void say_refusal(const gm_invocation *invocation, const gm_hook *hook, gm_code verdict)
{
    if (verdict == GM_E_UNKNOWN)
        gm_say(invocation, "%s refuses what it cannot look at%s", hook->name,
               hook->server ? "" : "; --no-verify skips it once");
    else
        gm_say(invocation, "%s refuses; %s", hook->name,
               hook->server ? "mend the history and push again"
                            : "GMIG_ALLOW=RULE lets a rule's findings pass once");
}

static gm_code run_hook(gm_invocation *invocation, const gm_hook *hook, int *status, gm_err *err)
{
    gm_hook_answer answer = {0};
    gm_hook_call call = {.hook = hook, .allow_now = gm_str_from(getenv("GMIG_ALLOW"))};
    for (size_t i = 2; i < invocation->operands.len; i++)
        gm_vec_push(invocation->arena, &call.args, invocation->operands.items[i]);

    gm_code code = ask(invocation, &call, &answer, err);
    if (code != GM_OK && !hook->refuses) {
        /* git is done already: nothing can be stopped, and it must not look as if git had failed */
        gm_warn("%.*s", GM_ARG(gm_visible(invocation, err->text)));
        gm_err_clear(err);
        return GM_OK;
    }
    if (code != GM_OK)
        return code;
    if (invocation->json)
        gm_out_json(invocation, answer_json(invocation, &answer));
    else
        show(invocation, &answer);
    gm_code verdict = gm_hook_verdict(&answer);
    if (verdict != GM_OK && !invocation->json)
        say_refusal(invocation, hook, verdict);
    *status = gm_code_exit(verdict);
    return GM_OK;
}

/* ---- all ---- */

static gm_code run(gm_invocation *invocation, int *status, gm_err *err)
{
    static const struct {
        const char *name;
        gm_code (*run)(gm_invocation *invocation, gm_project *project, const named *names,
                       gm_err *err);
    } verbs[] = {{"install", install}, {"uninstall", uninstall}, {"list", list}};
    gm_str verb = invocation->operands.items[0];
    named names = {.all = invocation->operands.len == 1};
    for (size_t i = 1; i < invocation->operands.len; i++) {
        if (gm_str_is(invocation->operands.items[i], "merge-driver"))
            names.driver = true;
        else
            gm_vec_push(invocation->arena, &names.hooks, invocation->operands.items[i]);
    }

    if (gm_str_is(verb, "run")) {
        const gm_hook *hook = names.hooks.len ? gm_hook_find(names.hooks.items[0]) : NULL;
        if (hook)
            return run_hook(invocation, hook, status, err);
        gm_fail(err, GM_E_USAGE, "`gmig hook run` needs the name of a hook, such as pre-commit");
        return gm_hint(err, "`gmig hook list` shows them.");
    }
    for (size_t i = 0; i < sizeof(verbs) / sizeof(*verbs); i++) {
        if (!gm_str_is(verb, verbs[i].name))
            continue;
        gm_project *project GM_CLEANUP(gm_project_drop) = NULL;
        GM_TRY(gm_invocation_project(invocation, &project, err));
        GM_TRY(gm_project_need_repo(project, "`gmig hook`", err));
        return verbs[i].run(invocation, project, &names, err);
    }
    gm_fail(err, GM_E_USAGE, "`gmig hook` cannot '%.*s'", GM_ARG(verb));
    return gm_hint(err, "It can install, uninstall, list and run.");
}

const gm_command gm_cmd_hook = {
    .name = "hook",
    .synopsis = "install|uninstall|list [NAME...] | run NAME [ARGUMENT...]",
    .summary = "Put gmig behind git's hooks",
    .details =
        "install puts scripts where git looks for hooks: pre-commit, pre-merge-commit, pre-push, "
        "post-merge, post-checkout and post-rewrite, in a bare repository pre-receive; others by "
        "name. A hook that is there is kept and runs first. uninstall takes them away and puts "
        "back what was there. With husky a block is added to .husky/NAME; for lefthook the lines "
        "for its configuration are printed.\n\n"
        "Where `heads_file` in gmig.yml names a file, install also tells git to merge it with "
        "`gmig merge-driver`, and uninstall takes that back; merge-driver is its name here. "
        "Installed by that name it also adds its line to .gitattributes.\n\n"
        "run is what those scripts call. The pre- hooks and update refuse a history with errors "
        "where a commit or push changes it; the post- hooks tell about several heads and never "
        "fail.",
    .min_operands = 1,
    .max_operands = SIZE_MAX,
    .takes_urls = true,
    .run = run,
};
