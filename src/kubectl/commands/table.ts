import type { Command } from "../types.ts";
import { apply } from "./apply.ts";
import { auth } from "./auth.ts";
import { autoscale } from "./autoscale.ts";
import { apiResources, apiVersions, clusterInfo, completion, options, version } from "./cluster.ts";
import { certificate } from "./certificate.ts";
import { config } from "./config.ts";
import { cp } from "./cp/index.ts";
import { create } from "./create.ts";
import { debug } from "./debug/index.ts";
import { del } from "./delete.ts";
import { describe } from "./describe.ts";
import { diff } from "./diff.ts";
import { drain } from "./drain.ts";
import { edit } from "./edit.ts";
import { events } from "./events.ts";
import { attach, exec } from "./exec.ts";
import { explain } from "./explain.ts";
import { expose } from "./expose.ts";
import { get } from "./get.ts";
import { kustomize } from "./kustomize.ts";
import { kuberc } from "./kuberc.ts";
import { logs } from "./logs.ts";
import { annotate, label } from "./metadata.ts";
import { cordon, uncordon } from "./nodes.ts";
import { portForward } from "./port-forward/index.ts";
import { patch } from "./patch.ts";
import { plugin } from "./plugin.ts";
import { proxy } from "./proxy/index.ts";
import { replace } from "./replace.ts";
import { rollout } from "./rollout.ts";
import { run } from "./run.ts";
import { scale } from "./scale.ts";
import { set } from "./set/index.ts";
import { taint } from "./taint.ts";
import { top } from "./top.ts";
import { wait } from "./wait.ts";

/** Every command, in the order in which `kubectl help` lists its group. */
const commands: readonly Command[] = [
  ...[create, expose, run, set, explain, get, edit, del, rollout, scale, autoscale],
  ...[certificate, clusterInfo, top, cordon, uncordon, drain, taint],
  ...[
    describe,
    logs,
    attach,
    exec,
    portForward,
    proxy,
    cp,
    auth,
    debug,
    events,
    diff,
    apply,
    patch,
    replace,
    wait,
    kustomize,
    label,
    annotate,
    completion,
  ],
  ...[apiResources, apiVersions, config, kuberc, plugin, options, version],
];

export const root: Command = { name: "kubectl", short: "kubectl controls the Kubernetes cluster manager.", subcommands: commands };
