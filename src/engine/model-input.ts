/** What the child that defines the models is told. */
import type { Config } from '../config/config.ts'
import type { Operations } from '../worker/protocol.ts'
import { findModelFiles } from './inputs.ts'

/** Files that run around the models' tables. */
export const hooksOf = ({ models: { beforeSync, afterSync } }: Config) => ({ beforeSync, afterSync })

/**
 * The models as they are configured.
 * @param config the project
 * @param files the model files, where they are known
 * @throws DevdbError `model-not-found`
 */
export const modelInput = async (
  config: Config,
  files?: readonly string[],
): Promise<Operations['define-models']['input']> => ({
  target: config.build,
  files: files ?? (await findModelFiles(config)),
  exclude: config.models.exclude,
  ...hooksOf(config),
})
