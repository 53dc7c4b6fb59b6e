/** An init container that keeps running beside the others (KEP-753). */
export const isSidecar = (container: { readonly restartPolicy?: string }): boolean => container.restartPolicy === "Always";
