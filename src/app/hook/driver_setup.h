/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_APP_HOOK_DRIVER_SETUP_H
#define GM_APP_HOOK_DRIVER_SETUP_H

/*
 * Driver setup: telling git to ask gmig where a file of heads must be merged.
 *
 * That takes two things: a driver in git's configuration, which names the command and therefore
 * never comes from a ref, and an attribute of the file, which does. An attribute without a driver
 * has git merge the file as text, which is well; a driver's name without its command stops every
 * merge of the file (gitattributes, "merge.*.driver"). So both keys are set and taken away
 * together.
 */

#include "app/project/project.h"

/* What the driver is called in configuration and attributes, and what git runs. */
#define GM_DRIVER_COMMAND "gmig merge-driver %O %A %B %L %P"

typedef enum {
    GM_DRIVER_ABSENT,
    GM_DRIVER_INSTALLED,
    GM_DRIVER_BROKEN, /* it has a name and no command */
    GM_DRIVER_OTHER,  /* its command is another one than this gmig would set */
} gm_driver_state;

typedef struct {
    gm_driver_state state;
    gm_strs paths;      /* files of heads of the work tree's projects, relative to the top */
    gm_strs attributes; /* lines that .gitattributes lacked for them */
    gm_strs written;    /* those that this call has put there, or taken away */
    bool changed;       /* by this call */
} gm_driver_report;

const char *gm_driver_state_name(gm_driver_state state); /* "installed", … */

gm_driver_state gm_driver_state_of(gm_repo *repo);

/* `project` is at the top for the files of all projects, else they are its own. */
gm_code gm_driver_look(gm_project *project, gm_driver_report *report, gm_err *err);

/*
 * Sets both keys. `asked`: by its name. Then the top's .gitattributes gets its lines as well, where
 * no attribute says how to merge these paths; it is for whoever called to commit them. Without a
 * file of heads nothing is done, or it is GM_E_CONFIG when `asked`.
 */
gm_code gm_driver_install(gm_project *project, bool asked, gm_driver_report *report, gm_err *err);

/* Takes both away, if this repository's own configuration has them and they are gmig's, and lines
 * of .gitattributes that are just as gmig writes them and not in git's index. */
gm_code gm_driver_uninstall(gm_project *project, gm_driver_report *report, gm_err *err);

/* Does an attribute ask for a driver that git does not have? */
bool gm_driver_is_wanting(gm_project *project, const gm_view *view);

#endif
