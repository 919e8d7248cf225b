/** The Worker as it is, but for its objects' bindings: those are the simulated platform's, too. */
import { SkuInventory as Real } from "../../src/worker";
import { platform } from "./platform";

export { default } from "../../src/worker";
export { ObjectBackedD1 } from "../support/object-backed-d1";

export class SkuInventory extends Real {
  constructor(ctx: DurableObjectState, _env: unknown) {
    super(ctx, platform().objectEnv());
  }
}
