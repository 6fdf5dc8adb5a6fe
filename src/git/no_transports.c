/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Leave libgit2's network code out of gmig.
 *
 * Why: gmig reads local repositories and never fetches, yet git_libgit2_init() prepares for it: it
 * sets up TLS and parses the system's whole CA bundle, and the transports behind it load Kerberos
 * and SSH libraries. On Debian 12 that turns a command of 2 ms into one of 15, and a hook runs such
 * a command at every commit.
 *
 * What: a linker takes a member of an archive only for a symbol that nothing before it defines. The
 * rest of libgit2 reaches its network members through the five symbols defined here, so with this
 * object ahead of libgit2.a on the command line streams/mbedtls, transports/ssh, transports/http,
 * transport, and all they pull in, stay out. Nothing else of libgit2 is replaced.
 * cmake/Libgit2.cmake links this file, into executables only, after a trial link and run.
 *
 * Traps: an initialiser below that fails makes git_libgit2_init() fail, and what follows crash.
 * Whoever uses git_transport_register() pulls `transport` in and gets git_transport_new() twice.
 *
 * Source of the rule: the table init_fns and git_libgit2_opts() in src/libgit2/libgit2.c of libgit2
 * 1.5.1, and the undefined symbols that `nm -A libgit2.a` shows. libgit2 1.8 has another name for
 * the SSH initialiser; there the trial fails and the shared library is used.
 */
#include <git2.h>
#include <git2/sys/transport.h>
#include <stdbool.h>

/* These four are internal to libgit2: no installed header declares them. */
extern bool git_http__expect_continue;
int git_mbedtls_stream_global_init(void);
int git_mbedtls__set_cert_location(const char *file, const char *path);
int git_transport_ssh_global_init(void);

static int refuse(void)
{
    git_error_set_str(GIT_ERROR_NET, "gmig is built without network access");
    return GIT_ERROR;
}

bool git_http__expect_continue = false;

int git_mbedtls_stream_global_init(void)
{
    return 0;
}

int git_mbedtls__set_cert_location(const char *file, const char *path)
{
    (void)file;
    (void)path;
    return refuse();
}

int git_transport_ssh_global_init(void)
{
    return 0;
}

int git_transport_new(git_transport **out, git_remote *owner, const char *url)
{
    (void)out;
    (void)owner;
    (void)url;
    return refuse();
}
