import { install } from './fakeHost';

install();
