// Networks of images against the official ones.
import { describeProbes } from './describe-probes.ts'

describeProbes('planes')
