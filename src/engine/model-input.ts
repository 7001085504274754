/** What the child that defines the models is told. */
import type { Config } from '../config/config.ts'
import type { Operations } from '../worker/protocol.ts'
import { findModelFiles } from './inputs.ts'

/** Files that run around the models' tables. */
export const hooksOf = ({ models: { beforeSync, afterSync } }: Config) => ({ beforeSync, afterSync })

/**
 * The models as they are configured.
 * @throws DevdbError `model-not-found`
 */
export const modelInput = async (config: Config): Promise<Operations['define-models']['input']> => ({
  target: config.build,
  files: await findModelFiles(config),
  exclude: config.models.exclude,
  ...hooksOf(config),
})
