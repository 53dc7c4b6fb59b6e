/** Whose a kernel parameter is: the machine's, or the pod's own (its network's, its IPC's). */
type Scope = "machine" | "pod";

/** Parameters and what they are on an ordinary machine; the names are paths below /proc/sys. */
const KNOBS: Readonly<Record<string, readonly [value: string, scope: Scope]>> = {
  "fs/file-max": ["9223372036854775807", "machine"],
  "fs/inotify/max_user_instances": ["128", "machine"],
  "fs/inotify/max_user_watches": ["65536", "machine"],
  "fs/nr_open": ["1048576", "machine"],
  "kernel/msgmax": ["8192", "pod"],
  "kernel/panic": ["10", "machine"],
  "kernel/panic_on_oops": ["1", "machine"],
  "kernel/pid_max": ["4194304", "machine"],
  "kernel/sem": ["32000\t1024000000\t500\t32000", "pod"],
  "kernel/shm_rmid_forced": ["0", "pod"],
  "kernel/shmall": ["18446744073692774399", "pod"],
  "kernel/shmmax": ["18446744073692774399", "pod"],
  "kernel/shmmni": ["4096", "pod"],
  "kernel/threads-max": ["126000", "machine"],
  "net/core/somaxconn": ["4096", "pod"],
  "net/ipv4/ip_forward": ["1", "pod"],
  "net/ipv4/ip_local_port_range": ["32768\t60999", "pod"],
  "net/ipv4/ip_local_reserved_ports": ["", "pod"],
  // containerd opens these two to everybody in a pod's network (criconfig enable_unprivileged_ports, enable_unprivileged_icmp).
  "net/ipv4/ip_unprivileged_port_start": ["0", "pod"],
  "net/ipv4/ping_group_range": ["0\t2147483647", "pod"],
  "net/ipv4/tcp_fin_timeout": ["60", "pod"],
  "net/ipv4/tcp_keepalive_intvl": ["75", "pod"],
  "net/ipv4/tcp_keepalive_probes": ["9", "pod"],
  "net/ipv4/tcp_keepalive_time": ["7200", "pod"],
  "net/ipv4/tcp_max_syn_backlog": ["1024", "pod"],
  "net/ipv4/tcp_rmem": ["4096\t131072\t6291456", "pod"],
  "net/ipv4/tcp_syncookies": ["1", "pod"],
  "net/ipv4/tcp_tw_reuse": ["2", "pod"],
  "net/ipv4/tcp_wmem": ["4096\t16384\t4194304", "pod"],
  "net/ipv6/conf/all/disable_ipv6": ["1", "pod"],
  "user/max_user_namespaces": ["63000", "machine"],
  "vm/dirty_ratio": ["20", "machine"],
  "vm/max_map_count": ["65530", "machine"],
  "vm/overcommit_memory": ["1", "machine"],
  "vm/panic_on_oom": ["0", "machine"],
  "vm/swappiness": ["60", "machine"],
};
/** What a machine's own network has otherwise. */
const ON_MACHINE: Readonly<Record<string, string>> = {
  "net/ipv4/ip_unprivileged_port_start": "1024",
  "net/ipv4/ping_group_range": "1\t0",
};

export const sysctlNames: readonly string[] = Object.keys(KNOBS);

/** Kernel parameters that somebody has set, here (a pod) or for everybody (its machine). Names have slashes. */
export class Sysctls {
  readonly #machine: Sysctls | undefined;
  readonly #set: Map<string, string>;
  readonly #changed: () => void;

  constructor(options: { readonly machine?: Sysctls; readonly set?: Readonly<Record<string, string>>; changed(): void }) {
    this.#machine = options.machine;
    this.#set = new Map(Object.entries(options.set ?? {}).map(([name, value]) => [name.replaceAll(".", "/"), value]));
    this.#changed = () => options.changed();
  }
  get(name: string): string {
    const [value, scope] = KNOBS[name] ?? ["", "machine"];
    if (scope === "machine" && this.#machine) return this.#machine.get(name);
    return this.#set.get(name) ?? (this.#machine ? value : (ON_MACHINE[name] ?? value));
  }
  set(name: string, value: string): void {
    if (KNOBS[name]?.[1] === "machine" && this.#machine) return this.#machine.set(name, value);
    this.#set.set(name, value.replace(/[ \t]+/g, "\t"));
    this.#changed();
  }
  restore(stored: Readonly<Record<string, string>>): void {
    for (const name in stored) this.#set.set(name, stored[name] as string);
  }
  save(): Readonly<Record<string, string>> {
    return Object.fromEntries(this.#set);
  }
}
