import { describe, expect, it } from "vitest";
import { computer } from "../database/testing/computer.ts";

/** Without times, Erlang's process numbers, ports and generated names. */
const plain = (text: string): string =>
  text
    .replace(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{6}\+00:00/g, "T")
    .replace(/<0\.\d+\.0>/g, "<P>")
    .replace(/(\d+\.\d+\.\d+\.\d+):\d{5}\b/g, "$1:PORT")
    .replace(/cookie hash +: \S+/, "cookie hash    : H");
const TOOLS = "timonel/amqp-tools:latest";
const volume = { "/var/lib/rabbitmq": { name: "v" } };

describe("rabbitmq", () => {
  it("hands messages of a queue to those who wait, as the course's work queue has it", async () => {
    const c = computer();
    const pod = await c.run("rabbit-0", "rabbitmq:3.13");
    const client = await c.run("client", TOOLS, { command: ["sleep", "infinity"] });
    await c.clock.advance(10_000);
    const sh = (script: string): Promise<string> => client.sh(`export URL=amqp://guest:guest@${pod.ip}:5672\n${script}`);
    expect(
      await sh(
        "amqp-declare-queue --url=$URL -q foo -d; amqp-publish --url=$URL -r foo -p -b Hello; amqp-consume --url=$URL -q foo -c 1 cat && echo",
      ),
    ).toBe("foo\nHello\n");
    expect(
      await sh(
        "amqp-declare-queue --url=$URL -q job1 -d; for f in apple banana cherry date; do amqp-publish --url=$URL -r job1 -p -b $f; done; amqp-consume --url=$URL -q job1 -c 2 sh -c 'cat; echo .'; amqp-consume --url=$URL -q job1 -c 1 false; amqp-get --url=$URL -q job1; echo; amqp-get --url=$URL -q job1; echo; amqp-get --url=$URL -q job1; echo $?",
      ),
    ).toBe("job1\napple.\nbanana.\ncherry\ndate\n2\n");
    expect(
      await sh(
        "amqp-consume --url=$URL -e amq.topic -r 'log.#' -c 2 cat & sleep 1; printf 'one\\ntwo\\n' | amqp-publish --url=$URL -e amq.topic -r log.x.y -l; amqp-publish --url=$URL -e amq.topic -r other -b no; wait; echo; amqp-delete-queue --url=$URL -q job1; amqp-get --url=$URL -q job1",
      ),
    ).toMatch(
      /^Server provided queue name: amq\.gen-\w+\nonetwo\n0\nbasic\.get: server channel error 404, message: NOT_FOUND - no queue 'job1' in vhost '\/'\n\[1\]$/,
    );
    expect(
      await sh(
        "amqp-get -u amqp://guest:wrong@${URL#*@} -q foo; amqp-get -u amqp://${URL#*@}/other -q foo; amqp-get -s 127.0.0.1 --port 1 -q foo; amqp-publish; amqp-get --ssl -q foo",
      ),
    ).toMatchInlineSnapshot(`
      "logging in to AMQP server: server connection error 403, message: ACCESS_REFUSED - Login was refused using authentication mechanism PLAIN. For details see the broker logfile.
      logging in to AMQP server: server connection error 530, message: NOT_ALLOWED - vhost other not found
      opening socket to 127.0.0.1:1
      neither exchange nor routing key specified
      TLS is not simulated by Timonel
      [1]"
    `);
    expect(plain(pod.log()).split("\n").slice(-14).join("\n")).toMatchInlineSnapshot(`
      "T [info] <P> accepting AMQP connection 10.244.0.3:PORT -> 10.244.0.2:5672
      T [info] <P> connection <P> (10.244.0.3:PORT -> 10.244.0.2:5672): user 'guest' authenticated and granted access to vhost '/'
      T [info] <P> closing AMQP connection <P> (10.244.0.3:PORT -> 10.244.0.2:5672, vhost: '/', user: 'guest')
      T [info] <P> accepting AMQP connection 10.244.0.3:PORT -> 10.244.0.2:5672
      T [info] <P> connection <P> (10.244.0.3:PORT -> 10.244.0.2:5672): user 'guest' authenticated and granted access to vhost '/'
      T [error] <P> Channel error on connection <P> (10.244.0.3:PORT -> 10.244.0.2:5672, vhost: '/', user: 'guest'), channel 1:
      T [error] <P> operation basic.get caused a channel exception not_found: no queue 'job1' in vhost '/'
      T [warning] <P> closing AMQP connection <P> (10.244.0.3:PORT -> 10.244.0.2:5672, vhost: '/', user: 'guest'):
      T [warning] <P> client unexpectedly closed TCP connection
      T [info] <P> accepting AMQP connection 10.244.0.3:PORT -> 10.244.0.2:5672
      T [error] <P> Error on AMQP connection <P> (10.244.0.3:PORT -> 10.244.0.2:5672, state: starting):
      T [error] <P> PLAIN login refused: user 'guest' - invalid credentials
      T [info] <P> accepting AMQP connection 10.244.0.3:PORT -> 10.244.0.2:5672
      "
    `);
  });
  it("keeps durable queues and persistent messages in its volume, under its host's name", async () => {
    const c = computer();
    const first = await c.run(
      "rabbit-0",
      "rabbitmq:4.1-management",
      { env: { RABBITMQ_DEFAULT_USER: "admin", RABBITMQ_DEFAULT_PASS: "s3cret" } },
      volume,
    );
    const client = await c.run("client", TOOLS, { command: ["sleep", "infinity"] });
    await c.clock.advance(10_000);
    const api = (pod: { readonly ip: string }, path: string, more = ""): Promise<string> =>
      client.sh(`curl -s -u admin:s3cret ${more} http://${pod.ip}:15672/api/${path}`);
    await client.sh(
      `URL=amqp://admin:s3cret@${first.ip}; amqp-declare-queue -u $URL -q kept -d; amqp-declare-queue -u $URL -q gone; amqp-publish -u $URL -r kept -p -b stays; amqp-publish -u $URL -r kept -b goes; amqp-publish -u $URL -r kept -p -b too; amqp-get -u $URL -q kept`,
    );
    expect(JSON.parse(await api(first, "queues"))).toMatchObject([
      { name: "kept", messages: 2, durable: true },
      { name: "gone", messages: 0 },
    ]);
    await first.stop();
    expect(first.status()?.exitCode).toBe(0);
    expect(plain(first.log())).toMatchInlineSnapshot(`
      "T [info] <P> Starting RabbitMQ 4.1.5 on Erlang 27.3.4.4 [jit]
      T [info] <P> Copyright (c) 2007-2025 Broadcom Inc and/or its subsidiaries
      T [info] <P> Licensed under the MPL 2.0. Website: https://rabbitmq.com

        ##  ##      RabbitMQ 4.1.5
        ##  ##
        ##########  Copyright (c) 2007-2025 Broadcom Inc and/or its subsidiaries
        ######  ##
        ##########  Licensed under the MPL 2.0. Website: https://rabbitmq.com

        Erlang:      27.3.4.4 [jit]

        Doc guides:  https://www.rabbitmq.com/docs
        Support:     https://www.rabbitmq.com/docs/contact
        Tutorials:   https://www.rabbitmq.com/tutorials
        Monitoring:  https://www.rabbitmq.com/docs/monitoring
        Upgrading:   https://www.rabbitmq.com/docs/upgrade

        Logs: <stdout>

        Config file(s): /etc/rabbitmq/conf.d/10-defaults.conf

        Starting broker...T [info] <P> 
      T [info] <P>  node           : rabbit@rabbit-0
      T [info] <P>  home dir       : /var/lib/rabbitmq
      T [info] <P>  config file(s) : /etc/rabbitmq/conf.d/10-defaults.conf
      T [info] <P>  cookie hash    : H
      T [info] <P>  log(s)         : <stdout>
      T [info] <P>  data dir       : /var/lib/rabbitmq/mnesia/rabbit@rabbit-0
      T [info] <P> Node database directory at /var/lib/rabbitmq/mnesia/rabbit@rabbit-0 is empty. Assuming we need to join an existing cluster or initialise from scratch...
      T [info] <P> Adding vhost '/' (description: 'Default virtual host', tags: [])
      T [info] <P> Created user 'admin'
      T [info] <P> Successfully set user tags for user 'admin' to [administrator]
      T [info] <P> Successfully set permissions for user 'admin' in virtual host '/' to '.*', '.*', '.*'
      T [info] <P> Ready to start client connection listeners
      T [info] <P> Management plugin: HTTP (non-TLS) listener started on port 15672
      T [info] <P> Prometheus metrics: HTTP (non-TLS) listener started on port 15692
      T [info] <P> started TCP listener on [::]:5672
      T [info] <P> Server startup complete; 4 plugins started.
      T [info] <P>  * rabbitmq_management
      T [info] <P>  * rabbitmq_management_agent
      T [info] <P>  * rabbitmq_web_dispatch
      T [info] <P>  * rabbitmq_prometheus
       completed with 4 plugins.
      T [info] <P> accepting AMQP connection 10.244.0.3:PORT -> 10.244.0.2:5672
      T [info] <P> connection <P> (10.244.0.3:PORT -> 10.244.0.2:5672): user 'admin' authenticated and granted access to vhost '/'
      T [info] <P> closing AMQP connection <P> (10.244.0.3:PORT -> 10.244.0.2:5672, vhost: '/', user: 'admin')
      T [info] <P> accepting AMQP connection 10.244.0.3:PORT -> 10.244.0.2:5672
      T [info] <P> connection <P> (10.244.0.3:PORT -> 10.244.0.2:5672): user 'admin' authenticated and granted access to vhost '/'
      T [info] <P> closing AMQP connection <P> (10.244.0.3:PORT -> 10.244.0.2:5672, vhost: '/', user: 'admin')
      T [info] <P> accepting AMQP connection 10.244.0.3:PORT -> 10.244.0.2:5672
      T [info] <P> connection <P> (10.244.0.3:PORT -> 10.244.0.2:5672): user 'admin' authenticated and granted access to vhost '/'
      T [info] <P> closing AMQP connection <P> (10.244.0.3:PORT -> 10.244.0.2:5672, vhost: '/', user: 'admin')
      T [info] <P> accepting AMQP connection 10.244.0.3:PORT -> 10.244.0.2:5672
      T [info] <P> connection <P> (10.244.0.3:PORT -> 10.244.0.2:5672): user 'admin' authenticated and granted access to vhost '/'
      T [info] <P> closing AMQP connection <P> (10.244.0.3:PORT -> 10.244.0.2:5672, vhost: '/', user: 'admin')
      T [info] <P> accepting AMQP connection 10.244.0.3:PORT -> 10.244.0.2:5672
      T [info] <P> connection <P> (10.244.0.3:PORT -> 10.244.0.2:5672): user 'admin' authenticated and granted access to vhost '/'
      T [info] <P> closing AMQP connection <P> (10.244.0.3:PORT -> 10.244.0.2:5672, vhost: '/', user: 'admin')
      T [info] <P> accepting AMQP connection 10.244.0.3:PORT -> 10.244.0.2:5672
      T [info] <P> connection <P> (10.244.0.3:PORT -> 10.244.0.2:5672): user 'admin' authenticated and granted access to vhost '/'
      T [info] <P> closing AMQP connection <P> (10.244.0.3:PORT -> 10.244.0.2:5672, vhost: '/', user: 'admin')
      T [info] <P> SIGTERM received - shutting down
      T [info] <P> Stopping RabbitMQ applications and their dependencies ...
      T [info] <P> stopped TCP listener on [::]:5672
      T [info] <P> Stopping message store for directory '/var/lib/rabbitmq/mnesia/rabbit@rabbit-0/msg_stores/vhosts/msg_store_persistent'
      T [info] <P> Message store for directory '/var/lib/rabbitmq/mnesia/rabbit@rabbit-0/msg_stores/vhosts/msg_store_persistent' is stopped
      T [info] <P> Successfully stopped RabbitMQ and its dependencies
      "
    `);
    const second = await c.run("rabbit-0", "rabbitmq:4.1-management", {}, volume);
    await c.clock.advance(10_000);
    expect(JSON.parse(await api(second, "queues"))).toMatchObject([{ name: "kept", messages: 1 }]);
    expect(await api(second, "exchanges/%2F/amq.default/publish", `-d '{"routing_key":"kept","payload":"ä","properties":{}}'`)).toBe(
      '{"routed":true}',
    );
    expect(
      JSON.parse(await api(second, "queues/%2F/kept/get", `-d '{"count":5,"ackmode":"ack_requeue_false","encoding":"auto"}'`)),
    ).toMatchObject([
      { payload: "too", redelivered: true },
      { payload: "ä", redelivered: false },
    ]);
    expect(
      await client.sh(
        `curl -s http://${second.ip}:15672/api/overview; curl -s -u admin:x http://${second.ip}:15672/api/whoami; curl -s -u admin:s3cret http://${second.ip}:15672/api/whoami; curl -s http://${second.ip}:15692/metrics | grep ^rabbitmq_queues`,
      ),
    ).toMatchInlineSnapshot(`
      "{"error":"not_authorized","reason":"Not_Authorized"}{"error":"not_authorized","reason":"Not_Authorized"}{"name":"admin","tags":["administrator"],"is_internal_user":true}rabbitmq_queues 1
      "
    `);
    const after = computer(c.freeze());
    await after.thaw();
    expect(
      await after
        .pod("client")
        .sh(
          `curl -s -u admin:s3cret -X PUT -d '{}' http://${second.ip}:15672/api/queues/%2F/new -w '%{http_code}'; curl -s -u admin:s3cret http://${second.ip}:15672/api/queues | grep -c new`,
        ),
    ).toBe("2011\n");
    // Another host is another node, in a folder of its own.
    const other = await c.run("rabbit-1", "rabbitmq:4.1-management", {}, volume);
    await c.clock.advance(10_000);
    expect(await other.sh("rabbitmqctl -q list_queues; ls /var/lib/rabbitmq/mnesia")).toBe("rabbit@rabbit-0\nrabbit@rabbit-1\n");
  });
  it("says what is wrong with its settings and its folder", async () => {
    const c = computer();
    const old = await c.run("a", "rabbitmq:4.1", { env: { RABBITMQ_VM_MEMORY_HIGH_WATERMARK: "0.4" } });
    const plugin = await c.run(
      "b",
      "rabbitmq:4.1",
      {},
      { "/etc/rabbitmq": { name: "p", files: { enabled_plugins: "[rabbitmq_peer_discovery_k8s]." } } },
    );
    const setting = await c.run(
      "c",
      "rabbitmq:4.1",
      {},
      { "/etc/rabbitmq": { name: "s", files: { "rabbitmq.conf": "default_userr = x\n" } } },
    );
    const readOnly = await c.run("d", "rabbitmq:4.1", { user: { uid: 999 } }, { "/var/lib/rabbitmq": { name: "r", readOnly: true } });
    await c.clock.advance(10_000);
    expect([old, plugin, setting, readOnly].map((p) => `${plain(p.log()).split("\n")[0]} [${p.status()?.exitCode}]`))
      .toMatchInlineSnapshot(`
      [
        "error: RABBITMQ_VM_MEMORY_HIGH_WATERMARK is set but deprecated [1]",
        "the plugin rabbitmq_peer_discovery_k8s is not simulated by Timonel [1]",
        "You've tried to set default_userr, but there is no setting with that name. [1]",
        "Failed to create cookie file '/var/lib/rabbitmq/.erlang.cookie': erofs [1]",
      ]
    `);
  });
});
