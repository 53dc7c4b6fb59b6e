import type { Container, Node, Pod, PodSpec, Taint } from "../../api/index.ts";
import { milliQuantity, milliValue, quantity, formatQuantity, value } from "../../machinery/index.ts";
import type { NodeInfo } from "../types.ts";
import type { Action, Edit } from "./hypothesis.ts";

/** Changes to the pod that may let it onto a node. */
export function podEdits(pod: Pod, node: NodeInfo): readonly Edit[] {
  const target = `pod/${pod.metadata?.name}`;
  const edit: MakeEdit = ([action, parameters], what, cost, change) => ({
    target,
    what,
    action,
    parameters,
    cost,
    apply: (h) => ({ ...h, pod: { ...h.pod, spec: change(h.pod.spec as PodSpec) } }),
  });
  return [...placement(pod, edit), ...tolerations(node.node, edit), ...requests(pod, node, edit), ...belongings(pod, edit)];
}

const MI = 1024 * 1024;

type Named = readonly [action: Action, parameters: Readonly<Record<string, string>>];
type MakeEdit = (name: Named, what: string, cost: number, change: (spec: PodSpec) => PodSpec) => Edit;

/** What it demands of its place. */
function placement({ spec }: Pod, edit: MakeEdit): readonly Edit[] {
  const edits: Edit[] = [];
  for (const [key, wanted] of Object.entries(spec?.nodeSelector ?? {}))
    edits.push(
      edit(["DropNodeSelector", { label: `${key}=${wanted}` }], `drop ${key}=${wanted} from its nodeSelector`, 1.2, (s) => {
        const { [key]: _dropped, ...rest } = s.nodeSelector ?? {};
        return { ...s, nodeSelector: rest };
      }),
    );
  const affinity = spec?.affinity;
  if (affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution)
    edits.push(
      edit(["DropNodeAffinity", {}], "drop its required node affinity", 1.3, (s) => {
        const { requiredDuringSchedulingIgnoredDuringExecution: _dropped, ...rest } = s.affinity?.nodeAffinity ?? {};
        return { ...s, affinity: { ...s.affinity, nodeAffinity: rest } };
      }),
    );
  for (const kind of ["podAffinity", "podAntiAffinity"] as const) {
    const terms = affinity?.[kind]?.requiredDuringSchedulingIgnoredDuringExecution ?? [];
    terms.forEach((term) => {
      const what = `drop its required ${kind === "podAffinity" ? "pod affinity" : "pod anti-affinity"} by ${term.topologyKey}`;
      edits.push(
        edit([kind === "podAffinity" ? "DropPodAffinity" : "DropPodAntiAffinity", { topologyKey: term.topologyKey }], what, 1.3, (s) => {
          const left = s.affinity?.[kind]?.requiredDuringSchedulingIgnoredDuringExecution?.filter((t) => t !== term) ?? [];
          return {
            ...s,
            affinity: { ...s.affinity, [kind]: { ...s.affinity?.[kind], requiredDuringSchedulingIgnoredDuringExecution: left } },
          };
        }),
      );
    });
  }
  for (const constraint of spec?.topologySpreadConstraints ?? []) {
    if (constraint.whenUnsatisfiable !== "DoNotSchedule") continue;
    edits.push(
      edit(
        ["RelaxTopologySpread", { topologyKey: constraint.topologyKey }],
        `let its spread over ${constraint.topologyKey} be a wish: whenUnsatisfiable: ScheduleAnyway`,
        1.2,
        (s) => ({
          ...s,
          topologySpreadConstraints: (s.topologySpreadConstraints ?? []).map((c) =>
            c === constraint ? { ...c, whenUnsatisfiable: "ScheduleAnyway" } : c,
          ),
        }),
      ),
    );
  }
  return edits;
}

export const taintText = ({ key, value: v, effect }: Pick<Taint, "key" | "value" | "effect">): string =>
  `${key}${v ? `=${v}` : ""}:${effect}`;

function tolerations(node: Node, edit: MakeEdit): readonly Edit[] {
  const keepingAway = node.spec?.taints?.filter((t) => t.effect !== "PreferNoSchedule") ?? [];
  return keepingAway.map((taint) =>
    edit(["Tolerate", { taint: taintText(taint) }], `tolerate the taint ${taintText(taint)}`, 1, (s) => {
      const toleration = taint.value
        ? { key: taint.key, operator: "Equal" as const, value: taint.value, effect: taint.effect }
        : { key: taint.key, operator: "Exists" as const, effect: taint.effect };
      return { ...s, tolerations: [...(s.tolerations ?? []), toleration] };
    }),
  );
}

/** Asking for no more than the node has left: the container that asks for most gives way. */
function requests(pod: Pod, { allocatable, requested, node }: NodeInfo, edit: MakeEdit): readonly Edit[] {
  const edits: Edit[] = [];
  const names = new Set(pod.spec?.containers.flatMap((c) => Object.keys(c.resources?.requests ?? {})));
  for (const name of names) {
    const amount = name === "cpu" ? milliValue : value;
    const asked = (c: Container): number => amount(c.resources?.requests?.[name] ?? "0");
    const total = pod.spec?.containers.reduce((sum, c) => sum + asked(c), 0) ?? 0;
    const has = name === "cpu" ? allocatable.cpu : name === "memory" ? allocatable.memory : value(node.status?.allocatable?.[name] ?? "0");
    const taken = name === "cpu" ? requested.cpu : name === "memory" ? requested.memory : (requested.others.get(name) ?? 0);
    const greediest = pod.spec?.containers.toSorted((a, b) => asked(b) - asked(a))[0];
    const tooMuch = total - (has - taken);
    if (!greediest || tooMuch <= 0 || asked(greediest) <= tooMuch) continue;
    // Whole mebibytes read better, and are no more than there is.
    const left = name === "memory" ? Math.floor((asked(greediest) - tooMuch) / MI) * MI : asked(greediest) - tooMuch;
    if (left <= 0) continue;
    const text = name === "cpu" ? formatQuantity(milliQuantity(left)) : formatQuantity(quantity(left, "BinarySI"));
    const before = greediest.resources?.requests?.[name] ?? "0";
    edits.push(
      edit(
        ["LowerRequest", { resource: name, container: greediest.name, from: before, to: text }],
        `lower requests.${name} of container ${greediest.name} from ${before} to ${text}`,
        1,
        (s) => ({
          ...s,
          containers: s.containers.map((c) =>
            c.name === greediest.name ? { ...c, resources: { ...c.resources, requests: { ...c.resources?.requests, [name]: text } } } : c,
          ),
        }),
      ),
    );
  }
  return edits;
}

/** What it brings along that a node may refuse. */
function belongings({ spec }: Pod, edit: MakeEdit): readonly Edit[] {
  const edits: Edit[] = [];
  for (const { name, ports = [] } of spec?.containers ?? []) {
    for (const port of ports) {
      if (!port.hostPort) continue;
      edits.push(
        edit(
          ["DropHostPort", { port: String(port.hostPort), container: name }],
          `drop hostPort ${port.hostPort} of container ${name}`,
          1.1,
          (s) => ({
            ...s,
            containers: s.containers.map((c) => (c.name === name ? { ...c, ports: (c.ports ?? []).filter((p) => p !== port) } : c)),
          }),
        ),
      );
    }
  }
  for (const volume of spec?.volumes ?? []) {
    const claim = volume.persistentVolumeClaim?.claimName ?? (volume.ephemeral ? `${volume.name}, ephemeral` : undefined);
    if (claim === undefined) continue;
    edits.push(
      edit(["DropVolume", { volume: volume.name, claim }], `do without its volume ${volume.name} (claim ${claim})`, 1.6, (s) => ({
        ...s,
        volumes: (s.volumes ?? []).filter((v) => v !== volume),
      })),
    );
  }
  for (const claim of spec?.resourceClaims ?? [])
    edits.push(
      edit(["DropResourceClaim", { claim: claim.name }], `do without its resource claim ${claim.name}`, 1.6, (s) => ({
        ...s,
        resourceClaims: (s.resourceClaims ?? []).filter((c) => c !== claim),
      })),
    );
  return edits;
}
