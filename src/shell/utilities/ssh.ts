import { isNetworkError, type Socket } from "./network-error.ts";
import { carryOn } from "./session.ts";
import type { Utility } from "./tool.ts";

/** The cluster's machines let the learner in as root. What is on the wire is no SSH: nothing is encrypted. */
export const ssh: Utility = {
  name: "ssh",
  usage: "[-tTqv] [-l login_name] [-p port] [-o option] [-i identity_file] destination [command [argument ...]]",
  about: "Log in to a machine of the cluster, as root; the protocol itself is not simulated",
  parse: "first",
  flags: {
    tty: { short: "t", help: "Force pseudo-terminal allocation" },
    plain: { short: "T", help: "Disable pseudo-terminal allocation" },
    login: { short: "l", value: "login_name", help: "User to log in as" },
    port: { short: "p", value: "port", help: "Port to connect to" },
    option: { short: "o", value: "option", help: "Options of ssh_config" },
    identity: { short: "i", value: "identity_file", help: "File of the private key" },
    quiet: { short: "q", help: "Quiet mode" },
    verbose: { short: "v", help: "Verbose mode" },
    four: { short: "4", help: "Use IPv4 addresses only" },
  },
  async run(t) {
    const [destination, ...words] = t.args;
    if (destination === undefined) {
      await t.proc.stderr.write(
        "usage: ssh [-4qTtv] [-i identity_file] [-l login_name] [-o option] [-p port]\n           destination [command [argument ...]]\n",
      );
      return 255;
    }
    const [, user = t.value("login"), host = ""] = /^(?:([^@]*)@)?(.*)$/.exec(destination) as RegExpExecArray;
    const port = Number(t.value("port") ?? 22);
    let ip: string;
    try {
      ip = (await t.proc.net.lookup(host))[0] as string;
    } catch (error) {
      if (!isNetworkError(error)) throw error;
      await t.proc.stderr.write(`ssh: Could not resolve hostname ${host}: ${error.message}\n`);
      return 255;
    }
    let socket: Socket;
    try {
      socket = await t.proc.net.connect(ip, port);
    } catch (error) {
      if (!isNetworkError(error)) throw error;
      await t.proc.stderr.write(`ssh: connect to host ${host} port ${port}: ${error.message}\n`);
      return 255;
    }
    if (user !== undefined && user !== "root") {
      socket.end();
      await t.proc.stderr.write(`${user}@${host}: Permission denied (publickey).\n`);
      return 255;
    }
    const tty = t.has("tty") || (words.length === 0 && !t.has("plain") && t.proc.stdin.tty);
    const request = { tty, ...(words.length > 0 && { command: words.join(" ") }), ...(tty && t.proc.stdin.size) };
    const end = await carryOn(t, socket, request, { tty: tty && t.proc.stdin.tty, stdin: true });
    if (typeof end === "number") {
      if (tty) await t.proc.stderr.write(`Connection to ${host} closed.\n`);
      return end;
    }
    await t.proc.stderr.write(`Connection to ${host} closed by remote host.\n`);
    return 255;
  },
};
