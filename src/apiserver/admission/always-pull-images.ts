import { type Container, type EphemeralContainer, mapList, type Pod, type Volume } from "../../api/index.ts";
import { field, fieldErrorMessage } from "../../machinery/index.ts";
import { refuse } from "./refuse.ts";
import type { AdmissionPlugin } from "./types.ts";

const always = <T extends Container | EphemeralContainer>(container: T): T =>
  container.imagePullPolicy === "Always" ? container : { ...container, imagePullPolicy: "Always" };
const alwaysVolume = (volume: Volume): Volume =>
  volume.image === undefined || volume.image.pullPolicy === "Always"
    ? volume
    : { ...volume, image: { ...volume.image, pullPolicy: "Always" } };

const LISTS = ["initContainers", "containers", "ephemeralContainers"] as const;

/** Who may not pull an image may not use it either, though the node has it (k8s: plugin/pkg/admission/alwayspullimages). */
export const alwaysPullImages: AdmissionPlugin = {
  name: "AlwaysPullImages",
  offByDefault: true,
  resources: ["/pods", "/pods/ephemeralcontainers"],
  mutate({ object, operation }) {
    const pod = object as Pod;
    if (operation === "DELETE" || !pod.spec) return pod;
    const { containers, initContainers, ephemeralContainers, volumes } = pod.spec;
    return {
      ...pod,
      spec: {
        ...pod.spec,
        containers: mapList(containers, always),
        ...(initContainers ? { initContainers: mapList(initContainers, always) } : {}),
        ...(ephemeralContainers ? { ephemeralContainers: mapList(ephemeralContainers, always) } : {}),
        ...(volumes ? { volumes: mapList(volumes, alwaysVolume) } : {}),
      },
    };
  },
  validate(attributes) {
    const { spec } = (attributes.object as Pod | undefined) ?? {};
    for (const list of LISTS) {
      for (const [i, container] of (spec?.[list] ?? []).entries()) {
        if (container.imagePullPolicy === "Always") continue;
        const path = `spec.${list}[${i}].imagePullPolicy`;
        throw refuse(attributes, fieldErrorMessage(field.notSupported(path, container.imagePullPolicy ?? "", ["Always"])));
      }
    }
  },
};
