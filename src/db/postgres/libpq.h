/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_DB_POSTGRES_LIBPQ_H
#define GM_DB_POSTGRES_LIBPQ_H

/*
 * libpq, opened with dlopen when the first PostgreSQL connection is made: what never speaks to a
 * server (a hook, SQLite) does not pay for loading it and its TLS library.
 *
 * This list is all of libpq that gmig uses; the types are libpq's own.
 */

#include <libpq-fe.h>

#include "base/err.h"

#define GM_LIBPQ_FUNCTIONS(X)                                                                      \
    X(PQbackendPID)                                                                                \
    X(PQcancel)                                                                                    \
    X(PQclear)                                                                                     \
    X(PQcmdStatus)                                                                                 \
    X(PQcmdTuples)                                                                                 \
    X(PQconnectPoll)                                                                               \
    X(PQconnectStartParams)                                                                        \
    X(PQconnectionNeedsPassword)                                                                   \
    X(PQconninfo)                                                                                  \
    X(PQconninfoFree)                                                                              \
    X(PQconninfoParse)                                                                             \
    X(PQconsumeInput)                                                                              \
    X(PQerrorMessage)                                                                              \
    X(PQfinish)                                                                                    \
    X(PQflush)                                                                                     \
    X(PQfname)                                                                                     \
    X(PQfreeCancel)                                                                                \
    X(PQfreemem)                                                                                   \
    X(PQgetCancel)                                                                                 \
    X(PQgetCopyData)                                                                               \
    X(PQgetResult)                                                                                 \
    X(PQgetisnull)                                                                                 \
    X(PQgetlength)                                                                                 \
    X(PQgetvalue)                                                                                  \
    X(PQisBusy)                                                                                    \
    X(PQnfields)                                                                                   \
    X(PQntuples)                                                                                   \
    X(PQparameterStatus)                                                                           \
    X(PQputCopyData)                                                                               \
    X(PQputCopyEnd)                                                                                \
    X(PQresultErrorField)                                                                          \
    X(PQresultErrorMessage)                                                                        \
    X(PQresultStatus)                                                                              \
    X(PQsendQuery)                                                                                 \
    X(PQsendQueryParams)                                                                           \
    X(PQserverVersion)                                                                             \
    X(PQsetNoticeReceiver)                                                                         \
    X(PQsetSingleRowMode)                                                                          \
    X(PQsetnonblocking)                                                                            \
    X(PQsocket)                                                                                    \
    X(PQstatus)                                                                                    \
    X(PQtransactionStatus)

typedef struct {
/* NOLINTNEXTLINE(bugprone-macro-parentheses): what is declared is a name */
#define X(name) __typeof__(name) *name;
    GM_LIBPQ_FUNCTIONS(X)
#undef X
} gm_libpq;

/* The functions; GM_E_CONNECT with the package to install when the library is not there. */
gm_code gm_libpq_load(const gm_libpq **pq, gm_err *err);

#endif
