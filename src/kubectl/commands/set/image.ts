import { CliError } from "../../errors.ts";
import type { Container } from "../../describe/types.ts";
import type { Command } from "../../types.ts";
import { changeEach, common, podSpecOf, split, subjects, withPodSpec } from "./change.ts";

export const image: Command = {
  name: "image",
  short: "Update the image of a pod template",
  usage: "(-f FILENAME | TYPE NAME) CONTAINER_NAME_1=CONTAINER_IMAGE_1 ... CONTAINER_NAME_N=CONTAINER_IMAGE_N",
  offers: ["daemonsets", "deployments", "pods", "cronjobs", "replicasets", "replicationcontrollers", "statefulsets"],
  offersOne: true,
  arguments: "resources",
  flags: common,
  async run(invocation) {
    const [resources, pairs] = split(invocation, (a) => a.includes("="));
    const list = await subjects(invocation, resources);
    if (pairs.length === 0) throw new CliError("at least one image update is required");
    const images = pairs.map((p) => [p.slice(0, p.indexOf("=")), p.slice(p.indexOf("=") + 1)] as const);
    if (images.length > 1 && images.some(([name]) => name === "*"))
      throw new CliError("all containers are already specified by *, but saw more than one container_name=container_image pairs");
    await changeEach(invocation, list, {
      past: "image updated",
      failing: "failed to patch image update to pod template:",
      work(object) {
        let next = podSpecOf(object);
        for (const [name, to] of images) {
          const hit = (c: Container): boolean => name === "*" || c.name === name;
          if (![...next.containers, ...(next.initContainers ?? [])].some(hit))
            throw new CliError(`unable to find container named ${JSON.stringify(name)}`);
          const put = (c: Container): Container => (hit(c) ? { ...c, image: to } : c);
          next = {
            ...next,
            containers: next.containers.map(put),
            ...(next.initContainers ? { initContainers: next.initContainers.map(put) } : {}),
          };
        }
        return withPodSpec(object, next);
      },
    });
  },
};
