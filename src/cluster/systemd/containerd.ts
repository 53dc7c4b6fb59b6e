import { type ContainerEvent, type ContainerRuntime, type MachineRuntime, RuntimeError } from "../../runtime/index.ts";
import type { Clock } from "../../sim/index.ts";

const CNI = "/etc/cni/net.d";
const NO_NETWORK = "NetworkReady=false reason:NetworkPluginNotReady message:Network plugin returns error: cni plugin not initialized";

/** What a shim, a pause and the network plugins take on a machine that is not busy, and runc with a container's files. */
const SANDBOX_MS = 450;
const START_MS = 150;
/** And the way back: the network plugins take the addresses away, the pause is killed, its shim ends. */
const STOP_SANDBOX_MS = 300;

/** A machine's containerd: whether anybody answers at its socket. Containers run on without it, below their shims. */
export class Containerd {
  readonly #clock: Clock;
  readonly #runtime: MachineRuntime;
  readonly #listeners = new Set<(event: ContainerEvent) => void>();
  #down: { readonly since: number; readonly over: Promise<void>; readonly end: () => void } | undefined;

  constructor(runtime: MachineRuntime, clock: Clock) {
    this.#runtime = runtime;
    this.#clock = clock;
  }

  get up(): boolean {
    return this.#down === undefined;
  }

  /** A configuration for its network plugins (containerd: go-cni's default loader). */
  #hasNetwork(): boolean {
    const { fs } = this.#runtime.volume("host");
    return fs.exists(CNI) && fs.readdir(CNI).some((name) => /\.(?:conf|conflist|json)$/.test(name));
  }

  turn(on: boolean): void {
    if (on === this.up) return;
    if (!on) {
      let end = (): void => {};
      const over = new Promise<void>((resolve) => (end = resolve));
      this.#down = { since: this.#clock.now(), over, end };
      return;
    }
    const { end } = this.#down ?? {};
    this.#down = undefined;
    // Who listens looks at everything again: what happened meanwhile was told to nobody.
    for (const { id, uid } of this.#runtime.sandboxes())
      for (const fn of this.#listeners) fn({ type: "stopped", container: id, podUid: uid, pid: 0 });
    this.#clock.turn(() => end?.());
  }

  /** The machine's runtime as a client of containerd has it. */
  client(): ContainerRuntime {
    const runtime = this.#runtime;
    const refused = (): RuntimeError =>
      new RuntimeError(
        "Unavailable",
        'connection error: desc = "transport: Error while dialing: dial unix /run/containerd/containerd.sock: connect: no such file or directory"',
      );
    const asked =
      <A extends readonly unknown[], R>(call: (...args: A) => Promise<R>) =>
      (...args: A): Promise<R> =>
        this.up ? call(...args) : Promise.reject(refused());
    const taking =
      <A extends readonly unknown[], R>(ms: number, call: (...args: A) => Promise<R>) =>
      async (...args: A): Promise<R> => {
        await this.#clock.sleep(ms);
        return call(...args);
      };
    return {
      ...runtime,
      trouble: () => this.#down,
      networkTrouble: () => (this.#hasNetwork() ? undefined : NO_NETWORK),
      runPodSandbox: asked(taking(SANDBOX_MS, (config) => runtime.runPodSandbox(config))),
      stopPodSandbox: asked(async (id) => {
        if (runtime.sandboxReady(id)) await this.#clock.sleep(STOP_SANDBOX_MS);
        return runtime.stopPodSandbox(id);
      }),
      removePodSandbox: asked((id) => runtime.removePodSandbox(id)),
      createContainer: asked((sandbox, config) => runtime.createContainer(sandbox, config)),
      startContainer: asked(taking(START_MS, (id) => runtime.startContainer(id))),
      stopContainer: asked((id, timeout) => runtime.stopContainer(id, timeout)),
      removeContainer: asked((id) => runtime.removeContainer(id)),
      exec: asked((id, command, options) => runtime.exec(id, command, options)),
      portForward: asked((sandbox, port) => runtime.portForward(sandbox, port)),
      pullImage: asked((reference, login) => runtime.pullImage(reference, login)),
      attach: (id, options) => {
        if (!this.up) throw refused();
        return runtime.attach(id, options);
      },
      on: (fn) => {
        const heard = (event: ContainerEvent): void => fn(event);
        this.#listeners.add(heard);
        const cancel = runtime.on((event) => {
          if (this.up) fn(event);
        });
        return () => {
          this.#listeners.delete(heard);
          cancel();
        };
      },
    };
  }
}
