import type { Client, EventRecorder, Informers } from "../client/index.ts";
import { createKubelet, type Kubelet, tokensFrom } from "../kubelet/index.ts";
import type { MachineNetwork } from "../network/index.ts";
import {
  createMachineRuntime,
  type MachineRuntime,
  type Programs,
  type Registry,
  type SandboxNetwork,
  type SharedDisks,
} from "../runtime/index.ts";
import { value } from "../machinery/index.ts";
import type { Clock, Random } from "../sim/index.ts";
import type { Preset } from "./presets.ts";

/** A computer of the cluster: its network, its container runtime and its kubelet. */
export interface ClusterMachine {
  readonly name: string;
  readonly network: MachineNetwork;
  readonly runtime: MachineRuntime;
  readonly kubelet: Kubelet;
}

/** Puts a machine together; nothing runs yet. */
export function createMachine(options: {
  readonly name: string;
  readonly preset: Preset;
  readonly network: MachineNetwork;
  readonly clock: Clock;
  readonly random: Random;
  readonly programs: Programs;
  readonly registry: Registry;
  readonly disks: SharedDisks;
  /** Names of images that are there from the start. */
  readonly preloaded: readonly string[];
  readonly client: Client;
  readonly informers: Informers;
  readonly recorder: EventRecorder;
  /** Whether processes must survive a reload. */
  readonly persistent: boolean;
}): ClusterMachine {
  const { name, preset, network, clock, random, programs, registry, disks, preloaded, client, informers, recorder, persistent } = options;
  const { cpu, memory, pods } = preset.machine;
  const sandboxes: SandboxNetwork = {
    create: (id, config) => (config.hostNetwork ? network.stack : (network.sandbox(id) ?? network.createSandbox(id))),
    release(id, config) {
      if (!config.hostNetwork) network.sandbox(id)?.close();
    },
  };
  const runtime = createMachineRuntime({
    name,
    clock,
    random,
    programs,
    registry,
    disks,
    preloaded,
    network: sandboxes,
    hardware: { cpus: Number(cpu), memory: value(memory) },
    persistent,
  });
  // A fork has its own place: the machine is the same one after every reload.
  const identity = random.fork("identity");
  const kubelet = createKubelet({
    nodeName: name,
    machine: {
      cpu,
      memory,
      pods,
      addresses: [
        { type: "InternalIP", address: network.ip },
        { type: "Hostname", address: name },
      ],
      osImage: "Debian GNU/Linux 12 (bookworm)",
      kernelVersion: "6.1.0-timonel",
      containerRuntimeVersion: "containerd://2.1.4",
      architecture: "amd64",
      operatingSystem: "linux",
      ...(preset.cloud === "whole" ? { externalCloud: true } : {}),
      machineID: identity.uuid().replaceAll("-", ""),
      systemUUID: identity.uuid(),
      bootID: identity.uuid(),
    },
    client,
    informers,
    recorder,
    clock,
    random,
    runtime,
    stack: network.stack,
    tokenFor: tokensFrom(client),
  });
  return { name, network, runtime, kubelet };
}
