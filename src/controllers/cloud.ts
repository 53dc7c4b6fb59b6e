import type { LoadBalancerStatus, Node, NodeAddress, Service } from "../api/index.ts";

/** What a cloud knows of the machine that a node runs on (k8s: cloudprovider.InstanceMetadata). */
export interface InstanceMetadata {
  readonly providerID: string;
  readonly instanceType?: string;
  readonly zone?: string;
  readonly region?: string;
  readonly addresses: readonly NodeAddress[];
}

/** The machines of a cloud (k8s: cloudprovider.InstancesV2). */
export interface Instances {
  /** Throws when there is no such machine. */
  metadata(node: Node): InstanceMetadata;
  exists(node: Node): boolean;
  /** It is there and switched off. */
  shutdown(node: Node): boolean;
}

/** k8s: cloudprovider.LoadBalancer. All may throw: the message becomes an event. */
export interface LoadBalancers {
  get(service: Service): LoadBalancerStatus | undefined;
  /** Makes it, or brings it to what the Service asks for; takes its time. */
  ensure(service: Service, nodes: readonly Node[]): Promise<LoadBalancerStatus>;
  update(service: Service, nodes: readonly Node[]): void;
  delete(service: Service): void;
}

/** A way to a node's pods through the cloud's own network. */
export interface Route {
  readonly name: string;
  readonly node: string;
  readonly cidr: string;
}

/** k8s: cloudprovider.Routes. */
export interface Routes {
  list(): readonly Route[];
  create(hint: string, node: string, cidr: string): void;
  delete(route: Route): void;
}

/** What a cloud controller manager drives. A part that is absent has no controller. */
export interface Cloud {
  readonly instances?: Instances;
  readonly loadBalancers?: LoadBalancers;
  readonly routes?: Routes;
}
