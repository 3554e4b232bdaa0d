// Networks that make tokens of volumes against the official ones.
import { describeProbes } from './describe-probes.ts'

describeProbes('tokens')
