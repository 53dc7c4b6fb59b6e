import { termId } from "./nodes.ts";

/** Explained under one name, asked for by others. */
const ALSO: Readonly<Record<string, string>> = {
  kubeapiserver: "apiserver",
  kubescheduler: "scheduler",
  pullpolicy: "imagepullpolicy",
  pvc: "persistentvolumeclaim",
  pv: "persistentvolume",
  sc: "storageclass",
  qos: "qosclass",
  liveness: "livenessprobe",
  readiness: "readinessprobe",
  startup: "startupprobe",
  prestop: "hook",
  poststart: "hook",
  quota: "resourcequota",
  owner: "ownerreference",
  staticpod: "static",
  runtime: "containerruntime",
  backoff: "crashloopbackoff",
  imageregistry: "registry",
  terminationgraceperiod: "graceperiod",
  desired: "desiredstate",
  nodeaffinity: "affinity",
  podaffinity: "affinity",
  endpointslice: "endpoint",
  lifecyclehook: "hook",
};

/** What a `term:` link explains; undefined where the glossary has nothing. */
export function definitionIn(glossary: Readonly<Record<string, string>>, url: string): string | undefined {
  const id = termId(url);
  for (const key of [id, id.replace(/s$/, "")].flatMap((name) => [name, ALSO[name] ?? ""]))
    if (Object.hasOwn(glossary, key)) return glossary[key];
  return undefined;
}
