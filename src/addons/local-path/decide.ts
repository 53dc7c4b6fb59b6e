import type { Node, PersistentVolume, PersistentVolumeClaim, Pod, StorageClass, Volume, VolumeMount } from "../../api/index.ts";
import { SELECTED_NODE } from "../../api/index.ts";
import { value } from "../../machinery/index.ts";
import { basePath, type ClassPaths, cleanPath, type Config, isShared } from "./config.ts";

const PROVISIONER = "volume.kubernetes.io/storage-provisioner";
const BETA_PROVISIONER = "volume.beta.kubernetes.io/storage-provisioner";
const PROVISIONED_BY = "pv.kubernetes.io/provisioned-by";
const HOSTNAME = "kubernetes.io/hostname";
/** Parameters of a class that are not simulated: a volume is rather not made than made otherwise. */
const NOT_SIMULATED = ["pathPattern", "userPattern", "groupPattern", "permPattern"];

export const selectedNode = ({ metadata }: PersistentVolumeClaim): string | undefined =>
  metadata?.annotations?.[SELECTED_NODE] || undefined;
export const volumeNameFor = ({ metadata }: PersistentVolumeClaim): string => `pvc-${metadata?.uid}`;

/** A claim that has no volume yet, and whose class asks this provisioner for one, is ours (k8s-sigs: sig-storage-lib-external-provisioner shouldProvision). */
export function isOurs({ metadata, spec }: PersistentVolumeClaim, provisioner: string): boolean {
  const { [PROVISIONER]: asked, [BETA_PROVISIONER]: before } = metadata?.annotations ?? {};
  return !spec?.volumeName && (asked ?? before) === provisioner;
}

/** One that waits for its first pod's node still does. */
export const isReady = (claim: PersistentVolumeClaim, { volumeBindingMode }: StorageClass): boolean =>
  volumeBindingMode !== "WaitForFirstConsumer" || selectedNode(claim) !== undefined;

/** k8s-sigs: shouldDelete, isProvisionerForVolume. */
export const isToDelete = ({ metadata, spec, status }: PersistentVolume, provisioner: string): boolean =>
  metadata?.annotations?.[PROVISIONED_BY] === provisioner &&
  metadata.deletionTimestamp === undefined &&
  status?.phase === "Released" &&
  spec?.persistentVolumeReclaimPolicy === "Delete";

/** A directory for a claim: where, and on which node; no node where all see it. */
export interface Place {
  readonly node: Node | undefined;
  readonly path: string;
}

/** Throws why there is no place for the claim (rancher: provisioner.go provisionFor). */
export function placeFor(
  claim: PersistentVolumeClaim,
  storageClass: StorageClass,
  paths: ClassPaths,
  node: Node | undefined,
  choose: (below: number) => number,
): Place {
  const shared = isShared(paths);
  if (!shared) {
    if (claim.spec?.selector) throw new Error("claim.Spec.Selector is not supported");
    if (claim.spec?.accessModes?.some((mode) => mode !== "ReadWriteOnce" && mode !== "ReadWriteOncePod"))
      throw new Error("NodePath only supports ReadWriteOnce and ReadWriteOncePod (1.22+) access modes");
    if (!node) throw new Error("configuration error, no node was specified");
  }
  const unknown = NOT_SIMULATED.find((name) => storageClass.parameters?.[name] !== undefined);
  if (unknown !== undefined) throw new Error(`parameter ${unknown}: not simulated yet in Timonel`);
  const base = basePath(paths, node?.metadata?.name ?? "", storageClass.parameters?.["nodePath"], choose);
  const folder = [volumeNameFor(claim), claim.metadata?.namespace, claim.metadata?.name].join("_");
  return { node: shared ? undefined : node, path: cleanPath(`${base}/${folder}`) };
}

/** The volume for the directory that was made (rancher: provisionFor; k8s-sigs: provisionClaimOperation). */
export function volumeFor(claim: PersistentVolumeClaim, storageClass: StorageClass, { node, path }: Place): PersistentVolume {
  const { name, namespace, uid, resourceVersion } = claim.metadata ?? {};
  const nodeName = node?.metadata?.name ?? "";
  const kind = (
    claim.metadata?.annotations?.["volumeType"] ??
    storageClass.metadata?.annotations?.["defaultVolumeType"] ??
    "hostPath"
  ).toLowerCase();
  if (kind !== "local" && kind !== "hostpath")
    throw new Error(`failed to create persistent volume source: "${kind}" is not a recognised volume type`);
  const key = storageClass.parameters?.["nodeAffinityKey"] || HOSTNAME;
  const values = [node?.metadata?.labels?.[key] ?? nodeName];
  const matchExpressions = [{ key, operator: "In", values }];
  return {
    apiVersion: "v1",
    kind: "PersistentVolume",
    metadata: {
      name: volumeNameFor(claim),
      annotations: { "local.path.provisioner/selected-node": nodeName, [PROVISIONED_BY]: storageClass.provisioner },
    },
    spec: {
      persistentVolumeReclaimPolicy: storageClass.reclaimPolicy ?? "Delete",
      accessModes: claim.spec?.accessModes ?? [],
      volumeMode: "Filesystem",
      capacity: { storage: claim.spec?.resources?.requests?.["storage"] ?? "0" },
      storageClassName: storageClass.metadata?.name ?? "",
      claimRef: { kind: "PersistentVolumeClaim", apiVersion: "v1", namespace, name, uid, resourceVersion } as NonNullable<
        NonNullable<PersistentVolume["spec"]>["claimRef"]
      >,
      ...(kind === "local" ? { local: { path } } : { hostPath: { path, type: "DirectoryOrCreate" } }),
      ...(node ? { nodeAffinity: { required: { nodeSelectorTerms: [{ matchExpressions }] } } } : {}),
    },
  };
}

/** Where a volume's directory is; throws where it does not say (rancher: getPathAndNodeForPV). */
export function placeOf(
  { metadata, spec }: PersistentVolume,
  paths: ClassPaths,
): { readonly path: string; readonly node: string | undefined } {
  const fail = (why: string): never => {
    throw new Error(`failed to delete volume ${metadata?.name}: ${why}`);
  };
  const path = spec?.hostPath?.path ?? spec?.local?.path ?? fail("no path set");
  if (isShared(paths)) return { path, node: undefined };
  if (!spec?.nodeAffinity) return fail("no NodeAffinity set");
  if (!spec.nodeAffinity.required) return fail("no NodeAffinity.Required set");
  const expressions = spec.nodeAffinity.required.nodeSelectorTerms.flatMap((term) => term.matchExpressions ?? []);
  const { values = [] } = expressions.find(({ operator }) => operator === "In") ?? {};
  if (values.length > 1) fail("multiple values for the node affinity");
  return { path, node: values[0] ?? fail("cannot find affinited node") };
}

export interface Errand {
  readonly action: "create" | "delete";
  readonly volume: string;
  readonly path: string;
  readonly node: string | undefined;
  readonly mode: string;
  readonly size: string;
}

interface Helper {
  readonly template: unknown;
  readonly config: Config;
  readonly namespace: string;
  readonly serviceAccount: string;
  readonly configMap: string;
}

/** The pod that runs the set-up or tear-down script on the node, in the directory above the volume's (rancher: createHelperPod). */
export function helperPod({ action, volume, path, node, mode, size }: Errand, helper: Helper): Pod {
  const { config, namespace } = helper;
  const template = helper.template as Pod | undefined;
  const [container, ...others] = template?.spec?.containers ?? [];
  if (!container) throw new Error("helper pod template does not specify any container");
  if (others.length > 0) throw new Error("helper pod template must specify exactly one container");
  const slash = path.lastIndexOf("/");
  const [parent, folder] = [path.slice(0, slash), path.slice(slash + 1)];
  if (parent === "" || folder === "")
    throw new Error(`invalid path ${action} for ${path}: cannot find parent dir or volume dir or parent dir is relative`);
  const own = action === "create" ? config.setupCommand : config.teardownCommand;
  const scripts = [...(config.setupCommand ? [] : ["setup"]), ...(config.teardownCommand ? [] : ["teardown"])];
  const volumes: Volume[] = [{ name: "data", hostPath: { path: `${parent}/`, type: "DirectoryOrCreate" } }];
  const volumeMounts: VolumeMount[] = [];
  if (scripts.length > 0) {
    volumes.push({ name: "script", configMap: { name: helper.configMap, items: scripts.map((key) => ({ key, path: key })) } });
    volumeMounts.push({ name: "script", mountPath: "/script" });
  }
  volumeMounts.push({ name: "data", mountPath: `${parent}/` });
  const bytes = String(value(size));
  const env = { VOL_DIR: path, VOL_MODE: mode, VOL_SIZE_BYTES: bytes, VOL_USER: "", VOL_GROUP: "", VOL_PERM: "" };
  return {
    ...template,
    apiVersion: "v1",
    kind: "Pod",
    metadata: { ...template?.metadata, name: `${template?.metadata?.name}-${action}-${volume}`.slice(0, 128), namespace },
    spec: {
      tolerations: [{ key: "node.kubernetes.io/disk-pressure", operator: "Exists", effect: "NoSchedule" }],
      ...template?.spec,
      ...(node === undefined ? {} : { nodeName: node }),
      serviceAccountName: helper.serviceAccount,
      restartPolicy: "Never",
      volumes,
      containers: [
        {
          ...container,
          command: own ? [own] : ["/bin/sh", action === "create" ? "/script/setup" : "/script/teardown"],
          args: ["-p", path, "-s", bytes, "-m", mode, "-a", action],
          env: [...(container.env ?? []), ...Object.entries(env).map(([name, text]) => ({ name, value: text }))],
          volumeMounts,
        },
      ],
    },
  };
}
