package imports

import "context"

// Sweep starts what is due, as the schedule does.
func (s *Service) Sweep(ctx context.Context) error { return s.workWatchSweep(ctx, nil, WatchSweep{}) }
