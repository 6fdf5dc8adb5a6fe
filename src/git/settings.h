/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_GIT_SETTINGS_H
#define GM_GIT_SETTINGS_H

/*
 * Settings: git's configuration of this repository, written, and what .gitattributes says of a
 * path. Both are git's own to read and write, so the git program does.
 */

#include "git/repo.h"

/* What the repository's own configuration has, whatever that of the user or the system says. Empty
 * when it has none. */
gm_code gm_repo_own_config(gm_repo *repo, const char *key, gm_str *value, gm_err *err);

/* Sets a key of the repository's own configuration; without a value takes it away, which must be
 * there. */
gm_code gm_repo_configure(gm_repo *repo, const char *key, gm_str value, gm_err *err);

/* What attributes give `path` (relative to the top) for `name`: "gmig" of "HEADS merge=gmig"; empty
 * when they say nothing. */
gm_code gm_repo_attribute(gm_repo *repo, const char *name, gm_str path, gm_str *value, gm_err *err);

#endif
