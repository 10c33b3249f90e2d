package httpd

import (
	"github.com/gofiber/fiber/v2"

	"acvdata/services/fault"
)

// Status is the HTTP status of a fault, for a form shown again with what is
// wrong; any other answer returns the error and leaves the status to the server.
func Status(f *fault.Fault) int {
	if status, known := statuses[f.Code]; known {
		return status
	}
	return fiber.StatusInternalServerError
}
