/** What a cluster starts as. */
export interface Preset {
  readonly nodes: number;
  readonly machine: { readonly cpu: string; readonly memory: string; readonly pods: number };
  /** Any image name pulls at once and runs for ever doing nothing. */
  readonly hollowImages: boolean;
  /** Names of images that are on the machines already. */
  readonly preloadedImages: readonly string[];
  /** Registries are those of the internet, each with its own words; else there is one for all names, which has what it has. */
  readonly internet: boolean;
  /** Serves sim.timonel.dev. */
  readonly simulator: boolean;
  /** kube-system's workloads. */
  readonly addons: boolean;
  /** What of a cloud there is: nothing, load balancers alone, or machines that are a cloud's in every respect. */
  readonly cloud: "none" | "balancers" | "whole";
  /** Where its machines stand, one after the other; none: nowhere in particular. */
  readonly zones: readonly string[];
  /** The learner's shell runs on the first node itself, as the recordings' did. */
  readonly shellOnNode: boolean;
  /** The first machine runs the control plane in static pods, as kubeadm sets it up. */
  readonly kubeadm?: true;
}

/** What the node of the recordings had pulled before they began. */
const RECORDED_IMAGES = [
  ...["latest", "1.28", "1.36", "1.37"].map((tag) => `docker.io/library/busybox:${tag}`),
  ...["latest", "1.25", "1.27", "1.18.0-alpine", "alpine"].map((tag) => `docker.io/library/nginx:${tag}`),
  "registry.k8s.io/e2e-test-images/agnhost:2.63.0",
];

export const presetNames = ["default", "kubeadm", "cloud", "reference", "reference-node"] as const;
export type PresetName = (typeof presetNames)[number];

/** A line each, for people. */
export const presetSummaries: Readonly<Record<PresetName, string>> = {
  default: "3 nodes, cluster DNS, load balancers: what a learner gets",
  kubeadm: "a control plane in static pods on a machine of its own, and 2 nodes: what an exam has",
  cloud: "3 nodes in 3 zones of a simulated cloud, with all of its controllers",
  reference: "3 bare nodes whose containers do nothing, as most recordings had them",
  "reference-node": "1 node where containers really run, as the other recordings had it",
};

const LEARNERS: Preset = {
  nodes: 3,
  machine: { cpu: "2", memory: "4Gi", pods: 110 },
  hollowImages: false,
  preloadedImages: [],
  internet: true,
  simulator: true,
  addons: true,
  cloud: "balancers",
  zones: [],
  shellOnNode: false,
};

export const presets: Readonly<Record<PresetName, Preset>> = {
  default: LEARNERS,
  kubeadm: { ...LEARNERS, kubeadm: true },
  cloud: {
    nodes: 3,
    machine: { cpu: "2", memory: "4Gi", pods: 110 },
    hollowImages: false,
    preloadedImages: [],
    internet: true,
    simulator: true,
    addons: true,
    cloud: "whole",
    zones: ["north-1a", "north-1b", "north-1c"],
    shellOnNode: false,
  },
  reference: {
    nodes: 3,
    machine: { cpu: "1", memory: "3840Mi", pods: 110 },
    hollowImages: true,
    preloadedImages: [],
    internet: false,
    simulator: false,
    addons: false,
    cloud: "none",
    zones: [],
    shellOnNode: false,
  },
  "reference-node": {
    nodes: 1,
    machine: { cpu: "2", memory: "23Gi", pods: 110 },
    hollowImages: false,
    preloadedImages: RECORDED_IMAGES,
    internet: false,
    simulator: false,
    addons: false,
    cloud: "none",
    zones: [],
    shellOnNode: true,
  },
};

/** Machines are named as in the recordings, from 1. */
export const nodeName = (i: number): string => `node-${i}`;

/** Of the machine that kubeadm began with. */
export const CONTROL_PLANE_NODE = "controlplane";
/** Counted from 0. */
export const machineName = ({ kubeadm }: Preset, i: number): string =>
  kubeadm ? (i === 0 ? CONTROL_PLANE_NODE : nodeName(i)) : nodeName(i + 1);

/** Where a machine stands: in one zone after the other. */
export const zoneOf = ({ zones }: Preset, i: number): string | undefined => zones[(i - 1) % zones.length];
