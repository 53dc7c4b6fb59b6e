import { expect, it } from "vitest";
import { computer } from "../database/testing/computer.ts";

/** Without times, Erlang's process numbers, ports and generated names. */
const plain = (text: string): string =>
  text
    .replace(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{6}\+00:00/g, "T")
    .replace(/<0\.\d+\.0>/g, "<P>")
    .replace(/(\d+\.\d+\.\d+\.\d+):\d{5}\b/g, "$1:PORT")
    .replace(/cookie hash +: \S+/, "cookie hash    : H");

const COMMANDS = `ctl list_users
ctl add_user app pw
ctl add_user app pw
ctl set_permissions -p / app '.*' '.*' '.*'
ctl set_user_tags app management
ctl list_users -q
ctl -q list_permissions
ctl list_vhosts
ctl add_vhost shop
ctl set_permissions -p nowhere app '' '' ''
ctl delete_user nobody
ctl authenticate_user app pw
ctl authenticate_user app wrong
ctl list_queues
ctl -q list_exchanges
ctl list_vhosts --formatter json
ctl list_users --formatter pretty_table
ctl cluster_status -q
ctl status -q
ctl nothing
ctl add_user x
ctl version
-diagnostics ping
-diagnostics -q check_running
-diagnostics check_port_connectivity
-diagnostics -q check_port_connectivity
-diagnostics check_port_listener 5672
-diagnostics check_port_listener 15672
-diagnostics -q check_local_alarms
-plugins list`;

it("is asked and told by its tools", async () => {
  const c = computer();
  const pod = await c.run("rabbit-0", "rabbitmq:4.1");
  expect(await pod.sh("rabbitmq-diagnostics -q ping")).toMatch(
    /^Error: unable to perform an operation on node 'rabbit@rabbit-0'\. [^]*\[69\]$/,
  );
  await c.clock.advance(10_000);
  let out = "";
  for (const line of COMMANDS.split("\n")) out += `$ ${line}\n${await pod.sh(`rabbitmq${line} 2>&1`)}`;
  expect(plain(out)).toMatchInlineSnapshot(`
    "$ ctl list_users
    Listing users ...
    user	tags
    guest	[administrator]
    $ ctl add_user app pw
    Adding user "app" ...
    Done. Don't forget to grant the user permissions to some virtual hosts! See 'rabbitmqctl help set_permissions' to learn more.
    $ ctl add_user app pw
    Adding user "app" ...
    Error:
    User "app" already exists
    [70]$ ctl set_permissions -p / app '.*' '.*' '.*'
    Setting permissions for user "app" in vhost "/" ...
    $ ctl set_user_tags app management
    Setting tags for user "app" to [management] ...
    $ ctl list_users -q
    user	tags
    app	[management]
    guest	[administrator]
    $ ctl -q list_permissions
    user	configure	write	read
    guest	.*	.*	.*
    app	.*	.*	.*
    $ ctl list_vhosts
    Listing vhosts ...
    name
    /
    $ ctl add_vhost shop
    Adding vhost "shop" ...
    $ ctl set_permissions -p nowhere app '' '' ''
    Setting permissions for user "app" in vhost "nowhere" ...
    Error:
    Virtual host 'nowhere' does not exist
    [65]$ ctl delete_user nobody
    Deleting user "nobody" ...
    Error:
    User "nobody" does not exist
    [67]$ ctl authenticate_user app pw
    Authenticating user "app" ...
    Success
    $ ctl authenticate_user app wrong
    Authenticating user "app" ...
    Error:
    failed to authenticate user "app"
    user 'app' - invalid credentials
    [67]$ ctl list_queues
    Timeout: 60.0 seconds ...
    Listing queues for vhost / ...
    $ ctl -q list_exchanges
    name	type
    	direct
    amq.direct	direct
    amq.fanout	fanout
    amq.headers	headers
    amq.match	headers
    amq.rabbitmq.trace	topic
    amq.topic	topic
    $ ctl list_vhosts --formatter json
    [
    {"name":"/"}
    ,{"name":"shop"}
    ]
    $ ctl list_users --formatter pretty_table
    Listing users ...
    ┌───────┬─────────────────┐
    │ user  │ tags            │
    ├───────┼─────────────────┤
    │ app   │ [management]    │
    ├───────┼─────────────────┤
    │ guest │ [administrator] │
    └───────┴─────────────────┘
    $ ctl cluster_status -q
    Basics

    Cluster name: rabbit@rabbit-0
    Total CPU cores available cluster-wide: 1

    Disk Nodes

    rabbit@rabbit-0

    Running Nodes

    rabbit@rabbit-0

    Versions

    rabbit@rabbit-0: RabbitMQ 4.1.5 on Erlang 27.3.4.4

    Alarms

    (none)

    Network Partitions

    (none)

    $ ctl status -q
    Runtime

    OS PID: 1
    OS: Linux
    Uptime (seconds): 23
    Is under maintenance?: false
    RabbitMQ version: 4.1.5
    Node name: rabbit@rabbit-0
    Erlang configuration: Erlang/OTP 27 [erts] [source] [64-bit] [jit]

    Plugins

    Enabled plugin file: /etc/rabbitmq/enabled_plugins
    Enabled plugins:

     * rabbitmq_prometheus
     * rabbitmq_management_agent
     * rabbitmq_web_dispatch

    Data directory

    Node data directory: /var/lib/rabbitmq/mnesia/rabbit@rabbit-0

    Config files

     * /etc/rabbitmq/conf.d/10-defaults.conf

    Log file(s)

     * <stdout>

    Alarms

    (none)

    Memory

    Total memory used: 0.1240 gb

    Totals

    Connection count: 0
    Queue count: 0
    Virtual host count: 2

    Listeners

    Interface: [::], port: 25672
    Interface: [::], port: 15692
    Interface: [::], port: 5672

    $ ctl nothing

    Command 'nothing' not found. 

    Usage

    rabbitmqctl [--node <node>] [--timeout <timeout>] [--longnames] [--quiet] <command> [<command options>]

    nothing is not known to, or not simulated by, Timonel
    [64]$ ctl add_user x
    Error (argument validation): not enough arguments.
    [64]$ ctl version
    4.1.5
    $ -diagnostics ping
    Will ping rabbit@rabbit-0. This only checks if the OS process is running and registered with epmd. Timeout: 60000 ms.
    Ping succeeded
    $ -diagnostics -q check_running
    RabbitMQ on node rabbit@rabbit-0 is fully booted and running
    $ -diagnostics check_port_connectivity
    Testing TCP connections to all active listeners on node rabbit@rabbit-0 using hostname resolution ...
    Will connect to rabbit-0:5672
    Will connect to rabbit-0:15692
    Will connect to rabbit-0:25672
    Successfully connected to ports 5672, 15692, 25672 on node rabbit@rabbit-0 (using node hostname resolution)
    $ -diagnostics -q check_port_connectivity
    $ -diagnostics check_port_listener 5672
    Asking node rabbit@rabbit-0 if there's an active listener on port 5672 ...
    A listener for port 5672 is running on node rabbit@rabbit-0
    $ -diagnostics check_port_listener 15672
    Asking node rabbit@rabbit-0 if there's an active listener on port 15672 ...
    Error:
    No listener for port 15672 is active on node rabbit@rabbit-0. Found listeners that use the following ports: 5672, 15692, 25672
    [1]$ -diagnostics -q check_local_alarms
    Node rabbit@rabbit-0 reported no local alarms
    $ -plugins list
    Listing plugins with pattern ".*" ...
     Configured: E = explicitly enabled; e = implicitly enabled
     | Status: * = running on rabbit@rabbit-0
     |/
    [  ] rabbitmq_management       4.1.5
    [e*] rabbitmq_management_agent 4.1.5
    [E*] rabbitmq_prometheus       4.1.5
    [e*] rabbitmq_web_dispatch     4.1.5
    "
  `);
});
