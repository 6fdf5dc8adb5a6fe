/* SPDX-License-Identifier: Apache-2.0 */
#include "git/settings.h"

#include "git/internal.h"
#include "git/source_git.h"

static gm_source_git *git_of(gm_repo *repo)
{
    return (gm_source_git *)gm_repo_git(repo);
}

gm_code gm_repo_own_config(gm_repo *repo, const char *key, gm_str *value, gm_err *err)
{
    const char *arguments[] = {"config", "--local", "-z", "--get", key, NULL};
    gm_child_result result;
    *value = (gm_str){0};
    GM_TRY(gm_git_run(git_of(repo), repo->arena, arguments, GM_STR(""), &result, err));
    if (result.status == 1)
        return GM_OK;
    if (result.status != 0)
        return gm_git_refused(err, &result);
    gm_git_field(&result.output, value);
    return GM_OK;
}

gm_code gm_repo_configure(gm_repo *repo, const char *key, gm_str value, gm_err *err)
{
    const char *set[] = {"config", "--local", "--replace-all", key, gm_str_z(repo->arena, value),
                         NULL};
    const char *unset[] = {"config", "--local", "--unset-all", key, NULL};
    gm_str output;
    GM_TRY(gm_git_output(git_of(repo), repo->arena, value.ptr ? set : unset, GM_STR(""), &output,
                         err));
    repo->settings = gm_map_new(repo->arena);
    repo->setting_list = (gm_settings){0};
    repo->settings_known = false;
    return GM_OK;
}

gm_code gm_repo_attribute(gm_repo *repo, const char *name, gm_str path, gm_str *value, gm_err *err)
{
    const char *arguments[] = {"check-attr", "-z", name, "--", gm_str_z(repo->arena, path), NULL};
    gm_str output, field;
    GM_TRY(gm_git_output(git_of(repo), repo->arena, arguments, GM_STR(""), &output, err));
    *value = (gm_str){0};
    for (int fields = 0; fields < 3; fields++) /* PATH, NAME, VALUE */
        if (!gm_git_field(&output, &field))
            return gm_fail_at(err, GM_E_GIT, path, "git does not say what its attributes are");
    if (!gm_str_is(field, "unspecified"))
        *value = field;
    return GM_OK;
}
