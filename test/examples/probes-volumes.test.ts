// Networks of volumes that are convolutions throughout against the official ones.
import { describeProbes } from './describe-probes.ts'

describeProbes('volumes')
