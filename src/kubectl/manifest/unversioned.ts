import type { Resource } from "../types.ts";

/** What is made anew has no version yet, though a file says one that was saved of a live object (k8s: cli-runtime resource/helper.go Create). */
export function unversioned(object: Resource): Resource {
  const { resourceVersion, ...metadata } = object.metadata;
  return resourceVersion === undefined ? object : { ...object, metadata };
}
