/* GNU libmicrohttpd, and the few of its functions that take any number of arguments, which Swift
 * cannot call. */
#ifndef TOOL_MICROHTTPD_H
#define TOOL_MICROHTTPD_H

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

#include <microhttpd.h>

/* Leaves a path as it came: the caller decodes it and refuses what is malformed. */
static inline size_t tool_http_keep(void *closure, struct MHD_Connection *connection, char *text) {
    (void)closure;
    (void)connection;
    return strlen(text);
}

/* Listens on 127.0.0.1, or on ::1, with a thread for each connection. Port 0 takes a free one. */
static inline struct MHD_Daemon *tool_http_start(
    int is_ipv6, uint16_t port, unsigned connections, unsigned timeout_seconds, size_t memory,
    MHD_AccessHandlerCallback handler, MHD_RequestCompletedCallback completed, void *closure) {
    struct sockaddr_in address;
    struct sockaddr_in6 address6;
    memset(&address, 0, sizeof address);
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    memset(&address6, 0, sizeof address6);
    address6.sin6_family = AF_INET6;
    address6.sin6_port = htons(port);
    address6.sin6_addr = in6addr_loopback;
    errno = 0;
    return MHD_start_daemon(
        MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_THREAD_PER_CONNECTION | MHD_USE_POLL
            | MHD_USE_ITC | (is_ipv6 ? MHD_USE_IPv6 : 0),
        port, NULL, NULL, handler, closure,
        MHD_OPTION_SOCK_ADDR,
        is_ipv6 ? (struct sockaddr *)&address6 : (struct sockaddr *)&address,
        MHD_OPTION_CONNECTION_LIMIT, connections,
        MHD_OPTION_CONNECTION_TIMEOUT, timeout_seconds,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, memory,
        MHD_OPTION_NOTIFY_COMPLETED, completed, closure,
        MHD_OPTION_UNESCAPE_CALLBACK, tool_http_keep, NULL,
        MHD_OPTION_STRICT_FOR_CLIENT, 1,
        MHD_OPTION_END);
}

/* The port that a daemon listens on, 0 where that is not known. */
static inline uint16_t tool_http_port(struct MHD_Daemon *daemon) {
    const union MHD_DaemonInfo *info = MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_BIND_PORT);
    return info ? info->port : 0;
}

/* After how many seconds without a byte a connection is closed; 0 for never. */
static inline void tool_http_set_timeout(struct MHD_Connection *connection, unsigned seconds) {
    MHD_set_connection_option(connection, MHD_CONNECTION_OPTION_TIMEOUT, seconds);
}

/* Whether the other side has closed its connection. */
static inline int tool_http_is_gone(struct MHD_Connection *connection) {
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    char byte;
    ssize_t count;
    if (!info) return 1;
    count = recv(info->connect_fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    return count == 0 || (count < 0 && errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR);
}

#endif
