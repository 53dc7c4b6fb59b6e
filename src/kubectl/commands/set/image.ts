import { CliError, Failures } from "../../errors.ts";
import type { Container } from "../../describe/types.ts";
import type { Command } from "../../types.ts";
import { pairsOf, resourcesAndPairs } from "../pairs.ts";
import { changeEach, common, podSpecOf, refuseLocalResources, showing, subjects, withPodSpec } from "./change.ts";

export const image: Command = {
  name: "image",
  short: "Update the image of a pod template",
  usage: "(-f FILENAME | TYPE NAME) CONTAINER_NAME_1=CONTAINER_IMAGE_1 ... CONTAINER_NAME_N=CONTAINER_IMAGE_N",
  offers: ["daemonsets", "deployments", "pods", "cronjobs", "replicasets", "replicationcontrollers", "statefulsets"],
  offersOne: true,
  arguments: "resources",
  flags: common,
  async run(invocation) {
    const { flags } = invocation;
    const shown = showing(invocation);
    const { resources, pairs } = resourcesAndPairs(invocation.args, "image");
    const images = [...pairsOf(pairs, "image", false).set];
    refuseLocalResources(invocation, resources);
    const list = await subjects(invocation, resources);
    // What is wrong with the arguments is told after the objects were looked for, and all of it (k8s: SetImageOptions.Validate).
    const wrong = [
      ...(flags.bool("all") && flags.string("selector") !== "" ? ["cannot set --all and --selector at the same time"] : []),
      ...(images.length === 0 ? ["at least one image update is required"] : []),
      ...(images.length > 1 && images.some(([name]) => name === "*")
        ? ["all containers are already specified by *, but saw more than one container_name=container_image pairs"]
        : []),
      ...(flags.bool("local") && shown.dryRun === "server"
        ? ["cannot specify --local and --dry-run=server - did you mean --dry-run=client?"]
        : []),
    ];
    if (wrong.length > 0) throw new Failures(wrong.map((message) => new CliError(message)));
    await changeEach(invocation, shown, list, {
      past: "image updated",
      failing: "failed to patch image update to pod template:",
      work(object, _, told) {
        let next = podSpecOf(object);
        for (const [name, to] of images) {
          const hit = (c: Container): boolean => name === "*" || c.name === name;
          // What is not there does not keep the others from being changed.
          if (![...next.containers, ...(next.initContainers ?? [])].some(hit))
            told.push(new CliError(`error: unable to find container named ${JSON.stringify(name)}`));
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
