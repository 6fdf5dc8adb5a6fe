/* SPDX-License-Identifier: Apache-2.0 */

/*
 * A proxy between a PostgreSQL client and its server that breaks the connection at a chosen
 * message.
 *
 *     pgproxy LISTEN SERVER [--nth N] [--later pass|refuse|freeze] [--claim VERSION] [RULE TEXT]
 *
 * LISTEN and SERVER are paths of unix sockets; LISTEN may be "tcp" for a free port of 127.0.0.1.
 * The first line on stdout says that it listens: "listening PORT" (0 for a unix socket). A line
 * "fired" follows when the rule has met the N-th (first) statement that contains TEXT:
 *
 *     --cut-before TEXT      the statement does not reach the server; both sides see a closed
 * socket
 *     --cut-after TEXT       the server has done it and answered; its answer is lost likewise
 *     --freeze-before TEXT   the statement does not reach the server; nothing is closed
 *     --freeze-after TEXT    the statement reaches the server; no answer comes, nothing is closed
 *
 * The rule fires once. New connections then pass, are closed at once (refuse), or are accepted and
 * never served (freeze). With --claim clients take the server for one of that version. It ends with
 * SIGTERM; messages: protocol 3.0,
 * https://www.postgresql.org/docs/current/protocol-message-formats.html
 */

#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

typedef enum { PASS, CUT_BEFORE, CUT_AFTER, FREEZE_BEFORE, FREEZE_AFTER } rule_kind;
typedef enum { LATER_PASS, LATER_REFUSE, LATER_FREEZE } later_kind;

typedef struct {
    rule_kind rule;
    const char *text;
    int nth;
    later_kind later;
    const char *claim;
} plan;

/* Shared by the processes: one for each connection. */
typedef struct {
    atomic_int matches;
    atomic_bool fired;
} progress;

typedef struct {
    unsigned char *bytes;
    size_t len;
    size_t cap;
} buffer;

static void fail(const char *what)
{
    perror(what);
    exit(2);
}

/* ---- bytes ---- */

static bool receive(int fd, buffer *in)
{
    if (in->cap - in->len < 65536) {
        in->cap = in->cap * 2 + 65536;
        in->bytes = realloc(in->bytes, in->cap);
        if (!in->bytes)
            fail("realloc");
    }
    ssize_t got = read(fd, in->bytes + in->len, in->cap - in->len);
    if (got > 0)
        in->len += (size_t)got;
    return got > 0;
}

static bool forward(int fd, const unsigned char *bytes, size_t len)
{
    while (len) {
        ssize_t put = send(fd, bytes, len, MSG_NOSIGNAL);
        if (put <= 0)
            return false;
        bytes += put;
        len -= (size_t)put;
    }
    return true;
}

static void drop(buffer *in, size_t len)
{
    memmove(in->bytes, in->bytes + len, in->len - len);
    in->len -= len;
}

static uint32_t number(const unsigned char *p)
{
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

/* Length of the first whole message; 0 when it is not there yet. */
static size_t message_length(const buffer *in, bool typed)
{
    size_t head = typed ? 5 : 4;
    if (in->len < head)
        return 0;
    size_t len = number(in->bytes + head - 4) + (typed ? 1u : 0u);
    return in->len >= len ? len : 0;
}

/* ---- one connection ---- */

typedef struct {
    int client;
    int server;
    buffer from_client;
    buffer from_server;
    bool started;    /* the startup message has gone through */
    int one_byte;    /* answers of one byte to SSLRequest and GSSENCRequest still to come */
    bool swallowing; /* the rule has fired: nothing goes to the client any more */
    const plan *todo;
    progress *shared;
} connection;

static void cut(connection *c)
{
    close(c->client);
    close(c->server);
    _exit(0);
}

static void freeze(void)
{
    for (;;)
        pause();
}

/* Does the rule meet this message? Statements come in Query and Parse. */
static bool meets(connection *c, size_t len)
{
    const plan *todo = c->todo;
    unsigned char type = c->from_client.bytes[0];
    if (todo->rule == PASS || (type != 'Q' && type != 'P') ||
        !memmem(c->from_client.bytes, len, todo->text, strlen(todo->text)))
        return false;
    if (atomic_fetch_add(&c->shared->matches, 1) + 1 != todo->nth)
        return false;
    atomic_store(&c->shared->fired, true);
    if (write(STDOUT_FILENO, "fired\n", 6) != 6)
        fail("write");
    return true;
}

static bool client_message(connection *c, size_t len)
{
    if (!c->started) {
        uint32_t code = len >= 8 ? number(c->from_client.bytes + 4) : 0;
        bool asks = code == 80877103 || code == 80877104; /* SSLRequest, GSSENCRequest */
        c->one_byte += asks;
        c->started = !asks;
    } else if (meets(c, len)) {
        if (c->todo->rule == CUT_BEFORE)
            cut(c);
        if (c->todo->rule == FREEZE_BEFORE)
            freeze();
        c->swallowing = true;
    }
    bool sent = forward(c->server, c->from_client.bytes, len);
    drop(&c->from_client, len);
    return sent;
}

/* ParameterStatus: name and value, each with its NUL; the message keeps its length. */
static void claim_version(const connection *c, size_t len)
{
    static const char name[] = "server_version";
    const size_t value = 5 + sizeof(name);
    unsigned char *bytes = c->from_server.bytes;
    const char *claim = c->todo->claim;
    if (!claim || len < value + strlen(claim) + 1 || bytes[0] != 'S' ||
        memcmp(bytes + 5, name, sizeof(name)) != 0)
        return;
    memset(bytes + value, ' ', len - value - 1);
    memcpy(bytes + value, claim, strlen(claim));
}

static bool server_message(connection *c, size_t len)
{
    bool ready = c->from_server.bytes[0] == 'Z';
    if (c->swallowing && ready && c->todo->rule == CUT_AFTER)
        cut(c);
    claim_version(c, len);
    bool sent = c->swallowing || forward(c->client, c->from_server.bytes, len);
    drop(&c->from_server, len);
    return sent;
}

static bool pump(connection *c)
{
    struct pollfd fds[2] = {{.fd = c->client, .events = POLLIN},
                            {.fd = c->server, .events = POLLIN}};
    size_t len;
    if (poll(fds, 2, -1) < 0)
        return errno == EINTR;
    if (fds[0].revents && !receive(c->client, &c->from_client))
        return false;
    if (fds[1].revents && !receive(c->server, &c->from_server)) {
        if (c->swallowing && c->todo->rule == FREEZE_AFTER)
            freeze();
        return false;
    }
    while ((len = message_length(&c->from_client, c->started)) > 0)
        if (!client_message(c, len))
            return false;
    for (; c->one_byte && c->from_server.len; c->one_byte--)
        if (!server_message(c, 1))
            return false;
    while (!c->one_byte && (len = message_length(&c->from_server, true)) > 0)
        if (!server_message(c, len))
            return false;
    return true;
}

static int socket_at(const char *path, struct sockaddr_un *address)
{
    *address = (struct sockaddr_un){.sun_family = AF_UNIX};
    if (strlen(path) >= sizeof(address->sun_path)) {
        fprintf(stderr, "pgproxy: path too long: %s\n", path);
        exit(2);
    }
    memcpy(address->sun_path, path, strlen(path));
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        fail("socket");
    return fd;
}

static void serve(int client, const char *server, const plan *todo, progress *shared)
{
    struct sockaddr_un address;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    signal(SIGTERM, SIG_DFL);
    if (atomic_load(&shared->fired) && todo->later == LATER_REFUSE)
        _exit(0);
    if (atomic_load(&shared->fired) && todo->later == LATER_FREEZE)
        freeze();
    connection c = {.client = client, .todo = todo, .shared = shared};
    c.server = socket_at(server, &address);
    if (connect(c.server, (struct sockaddr *)&address, sizeof(address)) != 0)
        _exit(0);
    while (pump(&c))
        continue;
    cut(&c);
}

/* ---- the listener ---- */

static int listen_at(const char *where)
{
    struct sockaddr_un path;
    struct sockaddr_in tcp = {.sin_family = AF_INET};
    tcp.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    bool is_tcp = strcmp(where, "tcp") == 0;
    int fd = is_tcp ? socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0) : socket_at(where, &path);
    if (!is_tcp)
        unlink(where);
    int bound = is_tcp ? bind(fd, (struct sockaddr *)&tcp, sizeof(tcp))
                       : bind(fd, (struct sockaddr *)&path, sizeof(path));
    if (bound != 0 || listen(fd, 128) != 0)
        fail(where);
    socklen_t size = sizeof(tcp);
    if (is_tcp && getsockname(fd, (struct sockaddr *)&tcp, &size) != 0)
        fail(where);
    printf("listening %d\n", is_tcp ? ntohs(tcp.sin_port) : 0);
    fflush(stdout);
    return fd;
}

static plan read_plan(int count, char **words)
{
    static const char *const rules[] = {[CUT_BEFORE] = "--cut-before",
                                        [CUT_AFTER] = "--cut-after",
                                        [FREEZE_BEFORE] = "--freeze-before",
                                        [FREEZE_AFTER] = "--freeze-after"};
    static const char *const laters[] = {"pass", "refuse", "freeze"};
    plan todo = {.nth = 1};
    for (int i = 0; i + 1 < count; i += 2) {
        bool known = strcmp(words[i], "--nth") == 0;
        if (known)
            todo.nth = (int)strtol(words[i + 1], NULL, 10);
        if (strcmp(words[i], "--claim") == 0) {
            todo.claim = words[i + 1];
            known = true;
        }
        for (int later = LATER_PASS; later <= LATER_FREEZE; later++)
            if (strcmp(words[i], "--later") == 0 && strcmp(words[i + 1], laters[later]) == 0) {
                todo.later = (later_kind)later;
                known = true;
            }
        for (int rule = CUT_BEFORE; rule <= FREEZE_AFTER; rule++)
            if (strcmp(words[i], rules[rule]) == 0) {
                todo.rule = (rule_kind)rule;
                todo.text = words[i + 1];
                known = true;
            }
        if (!known || i + 2 == count - 1) {
            fprintf(stderr, "pgproxy: what is %s?\n", words[known ? i + 2 : i]);
            exit(2);
        }
    }
    return todo;
}

int main(int argc, char **argv)
{
    if (argc < 3) {
        fputs(
            "usage: pgproxy LISTEN SERVER [--nth N] [--later WHAT] [--claim VERSION] [RULE TEXT]\n",
            stderr);
        return 2;
    }
    plan todo = read_plan(argc - 3, argv + 3);
    progress *shared =
        mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (shared == MAP_FAILED)
        fail("mmap");
    signal(SIGCHLD, SIG_IGN);
    prctl(PR_SET_PDEATHSIG, SIGTERM); /* a test that dies leaves nothing behind */
    int listener = listen_at(argv[1]);
    for (;;) {
        int client = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
        if (client < 0)
            continue;
        if (fork() == 0)
            serve(client, argv[2], &todo, shared);
        close(client);
    }
}
