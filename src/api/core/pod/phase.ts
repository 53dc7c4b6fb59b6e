/** Succeeded or Failed: a pod's containers never run again (k8s: podutil.IsPodTerminal). */
export const isPodTerminal = ({ status }: { readonly status?: { readonly phase?: string } }): boolean =>
  status?.phase === "Succeeded" || status?.phase === "Failed";
